// Copies a tracking number or a ready text, and says so to eyes and ears.
document.documentElement.dataset.scripts = "";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copyOf);
  try {
    await navigator.clipboard.writeText(field ? field.value ?? field.textContent : button.dataset.copy);
  } catch {
    field?.select?.(); // the browser refused; the person can still press Ctrl+C
    return;
  }
  const words = button.querySelector("span");
  const before = words?.textContent;
  button.dataset.copied = "";
  document.getElementById("say").textContent = button.dataset.done;
  if (words) words.textContent = button.dataset.done;
  setTimeout(() => {
    delete button.dataset.copied;
    document.getElementById("say").textContent = "";
    if (words) words.textContent = before;
  }, 2000);
});
