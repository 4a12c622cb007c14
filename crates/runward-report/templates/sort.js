"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = table.tHead.rows[0].cells;
  for (const head of heads) {
    const button = head.querySelector("button");
    if (!button) continue;
    button.addEventListener("click", () => {
      const falling = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const key = (row) => row.cells[head.cellIndex].dataset.sort ?? row.cells[head.cellIndex].textContent;
      const rows = Array.from(table.tBodies[0].rows);
      rows.sort((a, b) => key(a).localeCompare(key(b), "en", { numeric: true }) * (falling ? -1 : 1));
      table.tBodies[0].append(...rows);
    });
  }
}
