// A form is sent once: what was pressed is greyed, a second press does nothing, and coming back frees it.
const busy = "aria-disabled";

document.addEventListener("submit", (event) => {
  const form = event.target;
  // What brings a file leaves the page as it is, and may be asked for again (data-again).
  if (event.defaultPrevented || form.method !== "post" || form.target || "again" in form.dataset) return;
  if ("sent" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  // After this turn, so that the pressed button's own name and value still travel.
  setTimeout(() => event.submitter?.setAttribute(busy, "true"));
});

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelectorAll(`button[${busy}]`).forEach((button) => button.removeAttribute(busy));
  }
});
