// A list that the server searches, sorts and pages.

import { get } from "./api.js";
import { element } from "./dom.js";
import { count } from "./words.js";

const PAGE = 50;

// `columns` are {label, sort?, number?, text?, optional?, cell(row)}; `filters` are selects {name, label, options}.
export function list(root, { query, life }, { path, rows, columns, filters = [], sort, descending = false, hint }) {
  const state = {
    search: query.get("search") ?? "",
    sort: query.get("sort") ?? sort,
    descending: query.has("sort") ? query.get("descending") === "true" : descending,
    offset: Number(query.get("offset") ?? 0),
  };
  for (const filter of filters) state[filter.name] = query.get(filter.name) ?? "";
  const search = element("input", { type: "search", value: state.search, placeholder: hint, "aria-label": hint });
  const told = element("span", { className: "dim", role: "status" });
  const back = element("button", { type: "button" }, "Back");
  const on = element("button", { type: "button" }, "Next");
  const heads = columns.map((column) => head(column));
  const body = element("tbody");
  const selects = filters.map((filter) => {
    const select = element("select", { "aria-label": filter.label },
      filter.options.map(([value, label]) => element("option", { value, selected: value === state[filter.name] }, label)));
    select.addEventListener("change", () => change({ [filter.name]: select.value, offset: 0 }));
    return select;
  });

  function head(column) {
    const cell = element("th", { scope: "col", className: `${column.number ? "number" : ""} ${column.optional ? "optional" : ""}` });
    if (!column.sort) return (cell.append(column.label), cell);
    const button = element("button", { type: "button" }, column.label);
    button.addEventListener("click", () =>
      change({ sort: column.sort, descending: state.sort === column.sort ? !state.descending : false, offset: 0 }));
    cell.append(button);
    return cell;
  }

  function change(values) {
    Object.assign(state, values);
    const shown = new URLSearchParams();
    for (const [name, value] of Object.entries(state)) if (value !== "" && value !== 0) shown.set(name, value);
    history.replaceState(null, "", `${location.hash.split("?")[0]}?${shown}`);
    again();
  }

  async function refresh() {
    const asked = { ...state, limit: PAGE };
    const page = await get(path, asked);
    if (life.over || JSON.stringify(asked) !== JSON.stringify({ ...state, limit: PAGE })) return;
    body.replaceChildren(...page[rows].map((row) => element("tr", {}, columns.map((column) =>
      element("td", { className: `${column.number ? "number" : ""} ${column.optional ? "optional" : ""} ${column.text ? "text" : ""}` }, column.cell(row))))));
    if (page.total && page.offset >= page.total) return change({ offset: Math.floor((page.total - 1) / PAGE) * PAGE });
    const last = Math.min(page.offset + PAGE, page.total);
    told.textContent = page.total
      ? `${count(page.offset + 1)}–${count(last)} of ${count(page.total)} · answered in ${page.took_ms.toFixed(0)} ms`
      : "none found";
    back.disabled = page.offset === 0;
    on.disabled = last >= page.total;
    columns.forEach((column, number) => {
      const sorted = column.sort === state.sort;
      heads[number].setAttribute("aria-sort", sorted ? (state.descending ? "descending" : "ascending") : "none");
      const button = heads[number].querySelector("button");
      if (button) button.textContent = column.label + (sorted ? (state.descending ? " ↓" : " ↑") : "");
    });
  }

  let typing = 0;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => change({ search: search.value.trim(), offset: 0 }), 200);
  });
  back.addEventListener("click", () => change({ offset: Math.max(0, state.offset - PAGE) }));
  on.addEventListener("click", () => change({ offset: state.offset + PAGE }));
  root.append(
    element("div", { className: "head" }, search, selects, element("span", { className: "space" }), told, back, on),
    element("div", { className: "card wide" }, element("table", {}, element("thead", {}, element("tr", {}, heads)), body)),
  );
  const again = life.every(3000, refresh);
}
