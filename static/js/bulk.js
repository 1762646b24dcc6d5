// Ticked rows are counted in the bar above their table, and one tick there ticks them all.
const rows = (form) => [...form.querySelectorAll("td .checkbox-input")];

document.addEventListener("change", ({ target }) => {
  const form = target.closest("form[data-bulk]");
  if (!form) return;
  const all = form.querySelector(".bulk-all");
  if (target === all) rows(form).forEach((tick) => (tick.checked = all.checked));
  const count = rows(form).filter((tick) => tick.checked).length;
  const words = form.querySelector("[data-some]");
  words.textContent = count ? words.dataset.some.replace("{n}", count) : words.dataset.none;
  all.checked = count > 0 && count === rows(form).length;
  all.indeterminate = count > 0 && !all.checked;
});
