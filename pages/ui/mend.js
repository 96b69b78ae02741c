// Streamlit's file uploader is a region with a name that says it is none (role "presentation", aria-label, tabindex -1):
// axe's presentation-role-conflict. It is a group: the label's, with the button in it.
new MutationObserver(() => {
  for (const zone of document.querySelectorAll("[data-testid=stFileUploaderDropzone][role=presentation]")) {
    zone.setAttribute("role", "group");
  }
}).observe(document, {childList: true, subtree: true});
