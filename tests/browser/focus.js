// What has the focus, and how wide an outline shows it: the element's own, its label's, or that of the widget around it.
() => {
  const active = document.activeElement;
  if (!active || active === document.body || active === document.documentElement) return null;
  const outline = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth) || 0;
  };
  const around = [active];
  for (let up = active.parentElement; up && around.length < 7; up = up.parentElement) {
    around.push(up);
    if (up.dataset.testid || up.tagName === "LABEL") break;
  }
  const box = active.getBoundingClientRect();
  const widget = active.closest("[data-testid]");
  window.porticoStops ??= new Map();
  if (!window.porticoStops.has(active)) window.porticoStops.set(active, window.porticoStops.size);
  return {
    number: window.porticoStops.get(active),
    tag: active.tagName.toLowerCase(),
    role: active.getAttribute("role") ?? active.getAttribute("type") ?? "",
    label: (active.getAttribute("aria-label") || active.innerText || active.labels?.[0]?.innerText || active.title || "").trim().slice(0, 80),
    widget: widget ? widget.dataset.testid : "",
    key: active.closest("[class*=st-key-]")?.className.match(/st-key-(\S+)/)?.[1] ?? "",
    outline_px: Math.max(...around.map(outline)),
    is_on_screen: box.width > 0 && box.height > 0 && getComputedStyle(active).visibility !== "hidden",
  };
}
