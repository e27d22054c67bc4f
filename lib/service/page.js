// SPDX-License-Identifier: Apache-2.0
// Fills the tables of the page, and again every few seconds. Whatever comes from outside becomes
// text and never markup.
"use strict";

const period = 5000;
let token = sessionStorage.getItem("token") || "";

const byId = (id) => document.getElementById(id);

class NeedsToken extends Error {}

async function get(path) {
  const headers = token ? { Authorization: "Bearer " + token } : {};
  const response = await fetch(path, { headers, cache: "no-store" });
  if (response.status === 401) throw new NeedsToken();
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail || response.statusText);
  return body;
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

const pad = (number) => String(number).padStart(2, "0");

function moment(seconds) {
  if (seconds === null || seconds === undefined) return "never";
  const at = new Date(seconds * 1000);
  return `${at.getUTCFullYear()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())} ` +
    `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`;
}

function age(seconds) {
  if (seconds < 120) return `${Math.max(0, seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

// A cell is a text, or [text, class of the cell], or [text, class of the cell, class of the text].
function cell(content) {
  const [text, className, textClass] = Array.isArray(content) ? content : [content];
  const made = element("td", undefined, className);
  made.append(textClass ? element("span", String(text), textClass) : String(text));
  return made;
}

function show(id, heads, rows, nothing) {
  const place = byId(id);
  if (rows.length === 0) return place.replaceChildren(element("p", nothing, "none"));
  const table = element("table");
  const head = element("tr");
  for (const [text, className] of heads) {
    const made = element("th", text, className);
    made.scope = "col";
    head.append(made);
  }
  table.append(element("thead"), element("tbody"));
  table.tHead.append(head);
  for (const { cells, bad } of rows) {
    const row = element("tr", undefined, bad ? "bad" : undefined);
    row.append(...cells.map(cell));
    table.tBodies[0].append(row);
  }
  place.replaceChildren(table);
}

function listing(one, now) {
  if (one.type === "retired") return ["retired", "time", "none"];
  if (one.received_at === null) return ["never listed", "time", "bad-word"];
  const since = age(now - one.received_at);
  return one.fresh ? [`fresh, ${since} old`, "time", "good"]
    : [`stale, ${since} old`, "time", "bad-word"];
}

function trouble(one) {
  const found = [];
  if (one.held_back_at !== null) {
    found.push(`held back at ${moment(one.held_back_at)}: would lose ${one.held_back_lost} hosts`);
  }
  if (one.may_shrink) found.push("the next listing may lose hosts");
  if (one.polling && one.polling.last_error) {
    found.push(`${one.polling.failures_in_a_row} polls failed: ${one.polling.last_error}`);
  }
  return found.join("\n");
}

function showInstallations(answer) {
  const rows = answer.installations.map((one) => ({
    cells: [one.id, one.type, one.bot, listing(one, answer.now), [moment(one.received_at), "time"],
      [moment(one.stale_at), "time"], [one.hosts, "number"], [trouble(one), "long", "warn-word"]],
    bad: one.type !== "retired" && !one.fresh,
  }));
  show("installations-table",
    [["Installation"], ["Type"], ["BOT"], ["Listing"], ["Received"], ["Stale at"],
      ["Hosts", "number"], ["Trouble"]],
    rows, "No installations.");
}

function holder(one) {
  const seen = one.seen_at === null ? "never seen by a poll" : `seen ${moment(one.seen_at)}`;
  return `${one.installation} (${one.basis} since ${moment(one.since)}, ${seen})`;
}

function showConflicts(answer) {
  const rows = answer.conflicts.map((one) => ({
    cells: [one.shared === "inv" ? `inventory number ${one.value}` : `name ${one.value}`,
      one.bot || "", [one.holders.map(holder).join("\n"), "long"], [moment(one.since), "time"],
      [moment(one.noticed_at), "time"]],
    bad: true,
  }));
  show("conflicts-table", [["What"], ["BOT"], ["Held by"], ["Since"], ["Noticed"]], rows,
    "No conflicts.");
  byId("conflicts-count").textContent = count(answer.conflicts, answer.next_cursor);
}

const how = {
  removed: "its installation removed it",
  vanished: "its listing does not show it any more",
  renumbered: "it was given another inventory number",
  never_listed: "it was to be added, and never was",
  never_had: "the BOT lists it, no installation ever had it",
};

function showOrphans(answer) {
  const rows = answer.orphans.map((one) => ({
    cells: [[one.inv, "number"], one.bot, one.name || "", one.installation || "none",
      how[one.how] || one.how, [moment(one.since), "time"]],
  }));
  show("orphans-table",
    [["Inv", "number"], ["BOT"], ["Name"], ["Last in"], ["How"], ["Since"]], rows, "No orphans.");
  byId("orphans-count").textContent = count(answer.orphans, answer.next_cursor);
}

function count(list, more) {
  return list.length === 0 ? "" : `(${list.length}${more === null ? "" : "+"})`;
}

function asked(one) {
  if (one.happened === "rename") return `rename ${one.host.inv} to ${one.new_name}`;
  if (one.happened === "change_inv") return `change ${one.host.inv} to ${one.new_inv}`;
  return `${one.happened} ${one.host.inv} ${one.host.name || ""}`;
}

function showRefusals(answer) {
  const rows = answer.refusals.map((one) => ({
    cells: [[moment(one.at), "time"], one.installation || "", one.asked_by || "", asked(one),
      one.reason || "",
      [one.holder ? `${one.holder.installation}, since ${moment(one.holder.since)}, seen ` +
        moment(one.holder.seen_at) : "", "long"]],
  }));
  show("refusals-table",
    [["When"], ["Installation"], ["Asked by"], ["What"], ["Reason"], ["Holder"]], rows,
    "Nothing was refused.");
}

async function refresh() {
  const state = byId("state");
  try {
    const answers = await Promise.all([get("/v1/installations"), get("/v1/conflicts?limit=100"),
      get("/v1/orphans?limit=100"), get("/v1/refusals?limit=20")]);
    [showInstallations, showConflicts, showOrphans, showRefusals].forEach(
      (present, i) => present(answers[i]));
    byId("who").hidden = true;
    state.className = "";
    state.textContent = `As of ${moment(answers[0].now)}` +
      (answers[0].monitor_only ? "; watches only" : "");
  } catch (error) {
    const needs = error instanceof NeedsToken;
    byId("who").hidden = !needs;
    state.className = "wrong";
    state.textContent = needs ? (token ? "Nobody has this token" : "A token is needed")
      : `Cannot be read: ${error.message}`;
    if (needs && document.activeElement === document.body) byId("token").focus();
  }
}

byId("who").addEventListener("submit", (event) => {
  event.preventDefault();
  token = byId("token").value.trim();
  sessionStorage.setItem("token", token);
  refresh();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.tagName === "INPUT") return;
  const sections = ["installations", "conflicts", "orphans", "refusals"];
  const section = sections[Number(event.key) - 1];
  if (section) byId(section).focus();
  if (event.key === "r") refresh();
});

refresh();
setInterval(refresh, period);
