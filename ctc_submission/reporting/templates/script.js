"use strict";
const SETTINGS = { displaylogo: false, responsive: true, modeBarButtonsToRemove: ["select2d", "lasso2d", "sendDataToCloud"] };
const read = (id) => JSON.parse(document.getElementById(id).textContent);

function showDetail(point, base) {
  const box = document.getElementById("detail");
  const at = point.at.join(",");
  box.querySelector("img").src = "data:image/webp;base64," + point.image;
  box.querySelector("h3").textContent = point.title;
  box.querySelector("p").textContent = point.text;
  const link = box.querySelector("a");
  link.hidden = !point.anchor;
  link.href = point.anchor || "#";
  box.querySelector("code").textContent = `${base} --frame ${point.frame} --at ${at}`;
  box.hidden = false;
}

function drawCharts() {
  const base = document.body.dataset.view;
  for (const box of document.querySelectorAll(".chart")) {
    const figure = read(box.dataset.figure);
    Plotly.newPlot(box, figure.data, figure.layout, SETTINGS);
    if (box.dataset.points) {
      const points = read(box.dataset.points);
      box.on("plotly_click", (event) => showDetail(points[event.points[0].customdata], base));
    }
  }
}

function sortBy(header, index) {
  const table = header.closest("table"), body = table.tBodies[0];
  const falls = header.getAttribute("aria-sort") === "ascending";
  const key = (row) => row.cells[index].dataset.value ?? row.cells[index].textContent.trim();
  const compare = (first, second) => {
    const a = key(first), b = key(second), x = Number(a), y = Number(b);
    return a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y) ? x - y : a.localeCompare(b);
  };
  const rows = [...body.rows].sort((first, second) => (falls ? -1 : 1) * compare(first, second));
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", falls ? "descending" : "ascending");
  body.append(...rows);
}

function unpack(id) {
  const packed = Uint8Array.from(atob(read(id)), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")));
}

async function saveTable(link) {
  const saved = document.createElement("a");
  saved.href = URL.createObjectURL(await unpack(link.dataset.table).blob());
  saved.download = link.download;
  saved.click();
}

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((header, index) => {
    if (header.firstElementChild) header.firstElementChild.addEventListener("click", () => sortBy(header, index));
  });
}
for (const command of document.querySelectorAll("code.command")) {
  command.title = "copy";
  command.addEventListener("click", () => {
    if (navigator.clipboard) navigator.clipboard.writeText(command.textContent);
    command.classList.add("copied");
    setTimeout(() => command.classList.remove("copied"), 900);
  });
}
for (const link of document.querySelectorAll("a[data-table]")) {
  link.addEventListener("click", (event) => { event.preventDefault(); saveTable(link); });
}
for (const picture of document.querySelectorAll(".strip img")) {
  picture.addEventListener("click", () => {
    const large = document.getElementById("large");
    large.querySelector("img").src = picture.src;
    large.hidden = false;
  });
}
const large = document.getElementById("large");
if (large) large.addEventListener("click", () => { large.hidden = true; });
const close = document.querySelector("#detail button");
if (close) close.addEventListener("click", () => { document.getElementById("detail").hidden = true; });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const id of ["large", "detail"]) document.getElementById(id)?.setAttribute("hidden", "");
});
async function loadPlotly() {
  const library = document.createElement("script");
  library.textContent = await unpack("plotly").text();
  document.head.append(library);
  drawCharts();
}

if (document.getElementById("plotly")) loadPlotly();
