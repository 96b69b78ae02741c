// A native table that changes in place: a row that is the same stays as it is, so neither the place, nor what is selected,
// nor the focus is lost when something else changes. What is selected is known here, until the server sets it anew.
const STATES = new WeakMap();

const stateOf = (root) => {
  if (!STATES.has(root)) STATES.set(root, { selected: new Set(), epoch: null, heads: "", last: null });
  return STATES.get(root);
};

const drawHeads = (table, state, heads) => {
  const told = JSON.stringify(heads);
  if (state.heads === told) return;
  state.heads = told;
  const row = table.tHead.rows[0];
  while (row.cells.length > 1) row.lastChild.remove();
  for (const head of heads) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.className = head.kind;
    if (head.sorted) cell.setAttribute("aria-sort", head.sorted);
    if (head.sort) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.sort = head.sort;
      button.title = head.hint;
      button.innerHTML = head.html;
      cell.append(button);
    } else {
      cell.innerHTML = head.html;
    }
    row.append(cell);
  }
};

const checkbox = (id, name) => {
  const cell = document.createElement("td");
  cell.className = "portico-check";
  cell.innerHTML = '<label><input type="checkbox"></label>';
  cell.querySelector("input").dataset.id = id;
  cell.querySelector("input").setAttribute("aria-label", `Select ${name}`);
  return cell;
};

const drawRows = (body, rows) => {
  const known = new Map([...body.rows].map((row) => [row.dataset.id, row]));
  rows.forEach(({ id, name, html }, place) => {
    let row = known.get(id);
    if (!row) {
      row = document.createElement("tr");
      row.dataset.id = id;
      row.append(checkbox(id, name));
    }
    known.delete(id);
    if (row.porticoHtml !== html) {
      while (row.cells.length > 1) row.lastChild.remove();
      row.insertAdjacentHTML("beforeend", html);
      row.querySelector("input").setAttribute("aria-label", `Select ${name}`);
      row.porticoHtml = html;
    }
    if (body.rows[place] !== row) body.insertBefore(row, body.rows[place] ?? null);
  });
  for (const row of known.values()) row.remove();
};

const drawSelection = (root, state) => {
  const boxes = [...root.querySelectorAll("tbody input")];
  let chosen = 0;
  for (const box of boxes) {
    box.checked = state.selected.has(Number(box.dataset.id));
    box.closest("tr").toggleAttribute("data-selected", box.checked);
    chosen += box.checked;
  }
  const all = root.querySelector("thead input");
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
};

// Where the focus is, said so that it is found again when what had it has been drawn anew.
const focusIn = (root) => {
  const active = document.activeElement;
  if (!root.contains(active)) return null;
  const row = active.closest("tbody tr");
  if (row) return { row: row.dataset.id, place: [...row.querySelectorAll("a,input")].indexOf(active) };
  return active.dataset.sort ? { sort: active.dataset.sort } : { same: active };
};

const focusAgain = (root, was) => {
  if (!was || root.contains(document.activeElement)) return;
  let target = was.same;
  if (was.sort) target = root.querySelector(`button[data-sort="${CSS.escape(was.sort)}"]`);
  if (was.row) target = root.querySelector(`tr[data-id="${CSS.escape(was.row)}"]`)?.querySelectorAll("a,input")[was.place];
  (target ?? root.querySelector(".portico-scroll")).focus({ preventScroll: true });
};

export default function ({ data: { json }, parentElement, setStateValue, setTriggerValue }) {
  const data = JSON.parse(json);
  const root = parentElement.querySelector(".portico-listing");
  const table = root.querySelector("table");
  const state = stateOf(root);
  if (state.epoch !== data.epoch) {
    // "Select none" goes with what was selected, and would take the focus with it.
    const lose = () => document.activeElement === document.body && root.querySelector(".portico-scroll").focus({ preventScroll: true });
    if (state.epoch !== null && !data.selected.length) setTimeout(lose, 300);
    state.epoch = data.epoch;
    state.selected = new Set(data.selected);
  }
  const was = focusIn(root);
  root.querySelector(".portico-scroll").setAttribute("aria-label", data.label);
  drawHeads(table, state, data.heads);
  drawRows(table.tBodies[0], data.rows);
  drawSelection(root, state);
  const nav = root.querySelector("nav");
  nav.hidden = !data.previous && !data.next;
  for (const turn of ["previous", "next"]) {
    nav.querySelector(`[data-turn=${turn}]`).setAttribute("aria-disabled", String(!data[turn]));
  }
  nav.querySelector("span").textContent = data.place;
  focusAgain(root, was);

  const tell = () => {
    drawSelection(root, state);
    setStateValue("selected", [...state.selected]);
  };
  root.onclick = (event) => {
    const sort = event.target.closest("[data-sort]");
    if (sort) setTriggerValue("sort", sort.dataset.sort);
    const turn = event.target.closest("[data-turn]");
    // A button at the end of the list stays where it is, or the focus would be lost with it.
    if (turn && turn.getAttribute("aria-disabled") === "false") setTriggerValue("turn", turn.dataset.turn);
    const box = event.target.closest("tbody input");
    if (!box) return;
    const boxes = [...root.querySelectorAll("tbody input")];
    const from = event.shiftKey ? boxes.findIndex((one) => one.dataset.id === state.last) : -1;
    const to = boxes.indexOf(box);
    const some = from < 0 ? [box] : boxes.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const one of some) state.selected[box.checked ? "add" : "delete"](Number(one.dataset.id));
    state.last = box.dataset.id;
    tell();
  };
  root.querySelector("thead input").onchange = (event) => {
    for (const box of root.querySelectorAll("tbody input")) {
      state.selected[event.target.checked ? "add" : "delete"](Number(box.dataset.id));
    }
    tell();
  };
}
