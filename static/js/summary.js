// An error summary takes the focus when the page opens, and its links land in the field itself.
document.querySelector("[data-focus]")?.focus();

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-focus] a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
});
