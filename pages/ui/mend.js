// What neither Streamlit nor a style can put right. Each part is by itself, and named after "Mends":
// tests/browser/test_mends.py leaves one part out at a time, and fails where nothing is wrong without it.

// Mends uploader: Streamlit's file uploader is a region with a name that says it is none (role "presentation", aria-label,
// tabindex -1): axe's presentation-role-conflict. It is a group: the label's, with the button in it.
new MutationObserver(() => {
  for (const zone of document.querySelectorAll("[data-testid=stFileUploaderDropzone][role=presentation]")) {
    zone.setAttribute("role", "group");
  }
}).observe(document, {childList: true, subtree: true});

// Mends pages: on the last page *Next* is disabled while it has the focus, which is then nowhere: the next Tab would start
// at the top of the page. It goes to the number of the page that was turned to.
new MutationObserver((changes) => {
  for (const {target} of changes) {
    if (target.disabled && target === document.activeElement) {
      target.closest("[data-testid=stPagination]")?.querySelector("[aria-current=page]")?.focus();
    }
  }
}).observe(document, {attributeFilter: ["disabled"], subtree: true});

// Mends scheme: a dialog stands beside Streamlit's app, not in it, and has no colour scheme: every light-dark() in it is
// light, in the dark too. The whole document wears the app's, from the moment on which something is put beside it.
addEventListener("DOMContentLoaded", () => {
  let watched = null;
  const wear = () => {
    const app = document.querySelector("[data-testid=stApp]");
    if (!app) return;
    document.documentElement.style.colorScheme = getComputedStyle(app).colorScheme;
    if (app !== watched) new MutationObserver(wear).observe(app, {attributeFilter: ["class"]});
    watched = app;
  };
  new MutationObserver(wear).observe(document.body, {childList: true});
});
