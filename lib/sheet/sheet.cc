// SPDX-License-Identifier: Apache-2.0
#include "sheet/sheet.h"

#include <algorithm>
#include <utility>

#include "text/bridge.h"
#include "text/fitting.h"
#include "text/utf8.h"
#include "text/xml_text.h"

namespace vitals {
namespace {

bool is_empty(const SheetPart& part) { return part.table.rows.empty() && part.sentences.empty(); }

class TextSheet {
 public:
  explicit TextSheet(const TextStyle& style) : style_(style) {}

  void add(const SheetPart& part) {
    if (is_empty(part)) return;
    if (!out_.empty()) out_ += '\n';
    if (!part.heading.empty()) out_ += painted(part.heading, bold) + "\n";
    if (!part.table.rows.empty()) add(part.table);
    const auto columns = static_cast<std::size_t>(std::clamp(style_.columns, 80, 120));
    for (const std::string& sentence : part.sentences) {
      for (const std::string& line : wrap(legible(sentence, style_.utf8), columns)) {
        out_ += line + "\n";
      }
    }
  }

  std::string take() && { return std::move(out_); }

 private:
  static constexpr std::string_view bold = "\x1b[1m";
  static constexpr std::string_view faint = "\x1b[2m";

  void add(const SheetTable& table) {
    std::vector<std::size_t> widths;
    for (const SheetColumn& column : table.columns) {
      widths.push_back(columns_of(legible(column.heading, style_.utf8)));
    }
    for (const auto& row : table.rows) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        widths[i] = std::max(widths[i], columns_of(legible(row[i], style_.utf8)));
      }
    }
    std::vector<std::string> headings;
    for (const SheetColumn& column : table.columns) headings.push_back(column.heading);
    out_ += painted(line(table, headings, widths), faint) + "\n";
    for (const auto& row : table.rows) out_ += line(table, row, widths) + "\n";
  }

  [[nodiscard]] std::string line(const SheetTable& table, const std::vector<std::string>& cells,
                                 const std::vector<std::size_t>& widths) const {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string cell = legible(cells[i], style_.utf8);
      const std::string blanks(widths[i] - columns_of(cell), ' ');
      const std::string_view gap = i == 0 ? "" : "  ";
      out += table.columns[i].is_number ? cat(gap, blanks, cell) : cat(gap, cell, blanks);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    return out;
  }

  [[nodiscard]] std::string painted(const std::string& text, std::string_view paint) const {
    return style_.color ? cat(paint, text, "\x1b[0m") : text;
  }

  const TextStyle& style_;
  std::string out_;
};

constexpr std::string_view style = R"(
  :root { color-scheme: light dark; --page: #ffffff; --text: #1f2733; --muted: #667085;
          --line: #e8ebf0; }
  @media (prefers-color-scheme: dark) {
    :root { --page: #12171f; --text: #e4e8ee; --muted: #98a4b3; --line: #2b3441; }
  }
  body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; background: var(--page);
         color: var(--text); line-height: 1.45;
         font: 15px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
  h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
  svg { width: 100%; height: auto; }
  .table { overflow-x: auto; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
  th, td { padding: .25rem .9rem .25rem 0; text-align: left; white-space: nowrap; }
  th { color: var(--muted); font-weight: 600; font-size: .85rem; }
  td { border-top: 1px solid var(--line); }
  .number { text-align: right; }
  p { max-width: 60rem; margin: .4rem 0; }
)";

void append_cells(std::string& out, const SheetTable& table, const std::vector<std::string>& cells,
                  std::string_view tag) {
  out += "<tr>";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string_view look = table.columns[i].is_number ? " class=\"number\"" : "";
    out += cat("<", tag, look, ">", escape_xml(cells[i]), "</", tag, ">");
  }
  out += "</tr>\n";
}

void append(std::string& out, const SheetPart& part) {
  if (is_empty(part)) return;
  if (!part.heading.empty()) out += cat("<h2>", escape_xml(part.heading), "</h2>\n");
  if (!part.table.rows.empty()) {
    out += "<div class=\"table\"><table>\n";
    std::vector<std::string> headings;
    for (const SheetColumn& column : part.table.columns) headings.push_back(column.heading);
    append_cells(out, part.table, headings, "th");
    for (const auto& row : part.table.rows) append_cells(out, part.table, row, "td");
    out += "</table></div>\n";
  }
  for (const std::string& sentence : part.sentences) {
    out += cat("<p>", escape_xml(sentence), "</p>\n");
  }
}

}  // namespace

std::string to_text(const Sheet& sheet, const TextStyle& style) {
  TextSheet text(style);
  for (const SheetPart& part : sheet.parts) text.add(part);
  return std::move(text).take();
}

std::string to_html(const Sheet& sheet, std::string_view picture) {
  std::string out =
      cat("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n",
          "<meta name=\"viewport\" content=\"width=device-width\"/>\n<title>",
          escape_xml(sheet.title), "</title>\n<style>", style, "</style>\n</head>\n<body>\n<h1>",
          escape_xml(sheet.title), "</h1>\n", picture);
  for (const SheetPart& part : sheet.parts) append(out, part);
  out += "</body>\n</html>\n";
  return out;
}

}  // namespace vitals
