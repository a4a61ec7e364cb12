// Keeps the two cards beside the form as the form stands. Without this script the button "Preview" does the same.
const form = document.querySelector("form[data-preview]");
const words = JSON.parse(form.dataset.words);

function valueOf(name) {
  const field = form.elements.namedItem(name);
  return field ? field.value.trim().replace(/\s+/g, " ") : "";
}

function show() {
  const strategy = valueOf("strategy");
  for (const card of document.querySelectorAll("[data-card]")) {
    const language = card.dataset.card;
    const part = (name) => card.querySelector(`[data-part="${name}"]`);
    card.className = `poster tone-${words.tones[strategy] ?? 0}`;
    part("strategy").textContent = words[language].strategies[strategy] ?? "…";
    part("motif").setAttribute("href", `#motif-${strategy || "kindness"}`);
    part("title").textContent = valueOf(`title_${language}`) || "…";
    part("body").textContent = valueOf(`body_${language}`) || "…";
    part("minutes").textContent = `${valueOf("minutes") || "?"} min`;
    part("place").textContent = words[language].place[valueOf("place")] ?? "…";
    part("company").textContent = words[language].company[valueOf("company")] ?? "…";
    const safety = valueOf(`safety_${language}`);
    part("safety").hidden = safety === "";
    part("safety").querySelector("span").textContent = safety;
  }
}

function count(field) {
  const most = Number(field.maxLength);
  let note = document.getElementById(`${field.id}-left`);
  if (!note) {
    note = document.createElement("p");
    note.id = `${field.id}-left`;
    note.className = "hint left";
    field.closest(".field").append(note);
  }
  note.textContent = `${field.value.length} / ${most}`;
}

form.addEventListener("input", (event) => {
  show();
  if (event.target.maxLength > 0) count(event.target);
});
show();
