// What a mend is about, measured: functions by name.
window.portico = {
  // The texts in an element that can't be read for want of contrast, with their contrast; what is disabled may be pale.
  pale: (selector, least) => {
    const found = [];
    for (const element of document.querySelectorAll(`${selector} *`)) {
      const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      const box = element.getBoundingClientRect();
      if (!own.length || box.width < 2 || box.height < 2 || element.closest(":disabled, [aria-disabled=true], script, style, [data-testid=stIconMaterial], .portico-icon")) continue;
      element.dataset.porticoMeasured = "";
      const contrast = window.portico.contrast("[data-portico-measured]");
      delete element.dataset.porticoMeasured;
      if (contrast < least) found.push(`${contrast.toFixed(1)}: ${own[0].data.trim().slice(0, 60)}`);
    }
    return found;
  },
  // The contrast of an element's text with what lies under it, as a person sees the two.
  contrast: (selector) => {
    const element = document.querySelector(selector);
    const pen = Object.assign(document.createElement("canvas"), {width: 1, height: 1}).getContext("2d");
    const paint = (colour) => { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); };
    const luminance = () => {
      const parts = [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((part) => part / 255);
      const [red, green, blue] = parts.map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const layers = [];
    for (let up = element; up; up = up.parentElement) layers.unshift(getComputedStyle(up).backgroundColor);
    ["white", ...layers].forEach(paint);
    const ground = luminance();
    paint(getComputedStyle(element).color);
    const text = luminance();
    return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
  },
  // How far what is left of the run before fades during a long run; -1 where nothing was left.
  fading: async (selector) => {
    document.querySelector(selector).click();
    let least = -1;
    const end = performance.now() + 20000;
    while (performance.now() < end) {
      await new Promise(requestAnimationFrame);
      const stale = [...document.querySelectorAll("[data-stale=true]")];
      if (!stale.length && least !== -1) return least;
      for (const element of stale) {
        const opacity = Number(getComputedStyle(element).opacity);
        least = least === -1 ? opacity : Math.min(least, opacity);
      }
    }
    return least;
  },
};
