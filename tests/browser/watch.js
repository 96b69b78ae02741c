// Runs in every page before anything else: sums up the layout's shifts.
window.porticoShift = 0;
window.porticoShifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (!entry.hadRecentInput) {
      window.porticoShift += entry.value;
      window.porticoShifts.push([entry.value, ...entry.sources.map((s) => s.node?.dataset?.testid ?? s.node?.nodeName ?? "?")]);
    }
  }
}).observe({ type: "layout-shift", buffered: true });
