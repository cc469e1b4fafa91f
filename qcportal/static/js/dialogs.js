// Opens <dialog>s from [data-open], and closes menus the way people expect.
export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    const dialog = opener && document.getElementById(opener.dataset.open);
    if (
      dialog instanceof HTMLDialogElement &&
      !(event.ctrlKey || event.metaKey || event.shiftKey)
    ) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    closeMenus(event.target.closest("details.popover"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details.popover[open]");
    closeMenus(null);
    menu?.querySelector("summary").focus();
  });
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.popover[open]")) {
    if (menu !== except) menu.open = false;
  }
}
