// One stacked bar, its legend, and two small columns a day. A part of the bar is clicked with the mouse; the same filter
// is a button of the legend for everybody else.
export default function ({ data: { json }, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".portico-figures");
  if (root.porticoDrawn !== json) {
    root.porticoDrawn = json;
    const data = JSON.parse(json);
    const had = root.contains(document.activeElement) ? document.activeElement.dataset.pick : null;
    root.querySelector(".portico-stack").innerHTML = data.bar;
    root.querySelector(".portico-stack-legend").innerHTML = data.legend;
    const days = root.querySelector(".portico-days");
    days.innerHTML = data.days;
    days.hidden = !data.days;
    if (had !== null) root.querySelector(`button[data-pick="${CSS.escape(had)}"]`)?.focus({ preventScroll: true });
  }
  root.onclick = (event) => {
    const pick = event.target.closest("[data-pick]");
    if (pick) setTriggerValue("pick", pick.dataset.pick);
  };
}
