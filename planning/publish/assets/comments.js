// Comments on a plan: entered here, kept in this page alone, saved as a table that the office imports. Nothing is sent.
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const w = (key, values) => data.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const $ = (id) => document.getElementById(id);
  const form = $("comment-form"), entered = [];
  let saved = 0;
  const two = (n) => String(n).padStart(2, "0");
  const day = () => { const d = new Date(); return d.getFullYear() + "-" + two(d.getMonth() + 1) + "-" + two(d.getDate()); };
  // a cell that a spreadsheet would run begins with an apostrophe, as in every table of the office
  const formula = /^'*(?:[\t\r\n]|\s*(?:[=+@\uff1d\uff0b\uff20]|-(?!(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$|$)|\uff0d(?!$)))/;
  const cell = (text) => '"' + ((formula.test(text) ? "'" : "") + text).replace(/"/g, '""') + '"';
  function tell() {
    $("comment-count").textContent = entered.length ? saved === entered.length ? w("n_entered_all_saved", { n: entered.length }) : w("n_entered_not_saved_yet", { n: entered.length }) : "";
    $("comment-save").disabled = !entered.length;
  }
  // the place that was looked up is the one that is meant, until another is written
  document.addEventListener("place", (e) => {
    $("comment-zone").value = e.detail.zone || $("comment-zone").value;
    $("comment-school").value = e.detail.school || "";
  });
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    const [zone, school, text] = ["zone", "school", "text"].map((name) => $("comment-" + name).value.trim());
    if (!text) { $("comment-text").focus(); return; }
    entered.push([day(), zone, school, text]);
    $("comment-text").value = "";
    tell();
  });
  $("comment-save").addEventListener("click", () => {
    const rows = [[w("date"), w("zone"), w("school"), w("comment")], ...entered].map((row) => row.map(cell).join(","));
    const url = URL.createObjectURL(new Blob(["\ufeff" + rows.join("\r\n") + "\r\n"], { type: "text/csv;charset=utf-8" }));
    const now = new Date(), link = document.createElement("a");
    link.href = url;
    link.download = w("comments") + day() + "-" + two(now.getHours()) + two(now.getMinutes()) + two(now.getSeconds()) + ".csv";
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
    saved = entered.length;
    tell();
  });
  addEventListener("beforeunload", (e) => { if (saved < entered.length) e.preventDefault(); });
  tell();
})();
