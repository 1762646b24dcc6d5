// Keys for the desk: each presses a control that is on the page (data-keys="g o"), and can be switched off.
const KEY = "quayside-keys";
const inField = (node) => node.matches("input, textarea, select, [contenteditable]");
const shown = (node) => node.checkVisibility?.() ?? true;
let before = "";

function press(keys) {
  const control = [...document.querySelectorAll("[data-keys]")].find((node) => node.dataset.keys === keys && (shown(node) || node.matches("a")));
  if (!control) return false;
  if (control.matches("details")) {
    control.open = !control.open;
    control.querySelector("summary").focus();
  } else if (inField(control)) {
    control.focus();
    control.select();
  } else control.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const fold = event.target.closest("details[name='menu'][open]");
    fold?.removeAttribute("open");
    fold?.querySelector("summary").focus();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target) || localStorage.getItem(KEY) === "off") return;
  const keys = before ? `${before} ${event.key}` : event.key;
  before = "";
  if (press(keys)) event.preventDefault();
  else if (event.key === "g") {
    before = "g";
    setTimeout(() => (before = ""), 1200);
  }
});

document.addEventListener("click", (event) => {
  for (const fold of document.querySelectorAll("details[name='menu'][open]")) if (!fold.contains(event.target)) fold.open = false;
});

const box = document.querySelector("[data-keys-on]");
if (box) {
  box.checked = localStorage.getItem(KEY) !== "off";
  box.addEventListener("change", () => localStorage.setItem(KEY, box.checked ? "on" : "off"));
}
