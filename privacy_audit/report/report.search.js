for (const box of document.querySelectorAll(".filter")) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  const told = document.createElement("output");
  input.type = "search";
  label.append(box.dataset.search + " ", input);
  label.className = "search";
  const line = document.createElement("p");
  line.append(label, " ", told);
  box.prepend(line);
  const rows = [...box.querySelectorAll("tbody tr")].map((row) => [row, row.textContent.toLowerCase()]);
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const [row, text] of rows) {
      const shown = wanted.every((word) => text.includes(word));
      row.classList.toggle("left-out", !shown);
      n += shown;
    }
    for (const page of box.querySelectorAll("details")) page.open = wanted.length > 0;
    told.textContent = wanted.length ? n + " / " + rows.length : "";
  });
}
