// How old what is on the screen is. Quiet while it is looked at every second; honest when the line to the server is cut.
export default function ({ data: { json }, parentElement }) {
  const data = JSON.parse(json);
  const line = parentElement.querySelector(".portico-fresh");
  line.porticoAt = performance.now();
  line.porticoMore = data.more;
  line.title = data.exact;
  const tell = () => {
    const age = Math.floor((performance.now() - line.porticoAt) / 1000);
    const said = age < 5 ? "just now" : `${age} s ago`;
    const text = `as of ${said}${line.porticoMore}`;
    if (line.textContent !== text) line.textContent = text;
  };
  tell();
  line.porticoTimer ??= setInterval(tell, 1000);
  return () => {
    clearInterval(line.porticoTimer);
    line.porticoTimer = null;
  };
}
