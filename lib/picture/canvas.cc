// SPDX-License-Identifier: Apache-2.0
#include "picture/canvas.h"

#include <algorithm>
#include <cmath>

#include "text/bridge.h"
#include "text/fitting.h"
#include "text/utf8.h"
#include "text/xml_text.h"

namespace vitals {
namespace {

constexpr std::array<double, 5> font_sizes{20, 14, 13, 11, 10};
constexpr std::array<std::string_view, 5> font_names{"title", "head", "label", "small", "tiny"};

double size_of(Font font) { return font_sizes[static_cast<std::size_t>(font)]; }

// Widths of characters in units of the font's size.
double width_of(char c) {
  constexpr std::string_view narrow = " .,:;'|!ijl()[]/-Ift";
  constexpr std::string_view wide = "mwMW%@";
  constexpr std::string_view rather_wide = "+=<>~";
  if (narrow.find(c) != std::string_view::npos) return 0.40;
  if (wide.find(c) != std::string_view::npos) return 1.0;
  if (rather_wide.find(c) != std::string_view::npos) return 0.84;
  return c >= 'A' && c <= 'Z' ? 0.78 : 0.64;
}

// Light first; dark is what the reader's system asks for.
constexpr std::string_view style = R"(
  text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
         fill: #1f2733; paint-order: stroke; stroke: #ffffff; stroke-width: 3px;
         stroke-linejoin: round; }
  .title { font-size: 20px; font-weight: 600; }
  .head { font-size: 14px; }
  .label { font-size: 13px; }
  .small { font-size: 11px; }
  .tiny { font-size: 10px; }
  .muted { fill: #667085; }
  .strong { font-weight: 600; }
  .bad { fill: #b3362b; }
  .good { fill: #24774e; }
  .on-now, .on-bad, .on-good { fill: #ffffff; stroke: none; font-weight: 600; }
  .on-bar { stroke: none; font-weight: 600; }
  .on-shut { stroke: #fbeeec; font-weight: 600; }
  .page { fill: #ffffff; }
  .permits { fill: #a9c3e2; }
  .counts { fill: #3f9d6d; }
  .shut { fill: #fbeeec; }
  .hatch { fill: url(#hatch); }
  .stripe { stroke: #e3b4ae; stroke-width: 2; }
  .grid { stroke: #e8ebf0; stroke-width: 1; }
  .axis { stroke: #98a2b3; stroke-width: 1; }
  .lead { stroke: #98a2b3; stroke-width: 1; stroke-dasharray: 1 3; }
  .awaited { stroke: #24774e; stroke-width: 1; stroke-dasharray: 5 3; }
  .now { stroke: #1d4ed8; stroke-width: 2; }
  .now-sign { fill: #1d4ed8; }
  .bad-sign { fill: #b3362b; }
  .good-sign { fill: #24774e; }
  .event-sign { fill: #475467; }
  .awaited-sign { fill: #24774e; }
  .bar-sign { fill: #ffffff; }
  .mark { fill: none; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
  .bad-mark { stroke: #b3362b; }
  .good-mark { stroke: #7fae97; }
  .muted-mark { stroke: #98a2b3; }
)";

constexpr std::string_view dark_style = R"(
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e8ee; stroke: #12171f; }
    .muted { fill: #98a4b3; }
    .bad { fill: #f0938a; }
    .good { fill: #6ccb9c; }
    .on-now, .on-bad, .on-good { fill: #12171f; stroke: none; }
    .on-shut { stroke: #2a1d1e; }
    .page { fill: #12171f; }
    .permits { fill: #47638a; }
    .counts { fill: #3f9d6d; }
    .shut { fill: #2a1d1e; }
    .stripe { stroke: #6b413e; }
    .grid { stroke: #222a35; }
    .axis { stroke: #5d6979; }
    .lead { stroke: #5d6979; }
    .awaited { stroke: #6ccb9c; }
    .now { stroke: #82aaff; }
    .now-sign { fill: #82aaff; }
    .bad-sign { fill: #f0938a; }
    .good-sign { fill: #6ccb9c; }
    .event-sign { fill: #b4becb; }
    .awaited-sign { fill: #6ccb9c; }
    .bar-sign { fill: #e4e8ee; }
    .bad-mark { stroke: #f0938a; }
    .good-mark { stroke: #4f8a6c; }
    .muted-mark { stroke: #5d6979; }
  }
)";

constexpr std::string_view hatch = R"xml(
  <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"
           patternTransform="rotate(45)">
    <line class="stripe" x1="0" y1="0" x2="0" y2="6"/>
  </pattern>
)xml";

}  // namespace

int text_width(std::string_view text, Font font) {
  double width = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      width += width_of(c);
    } else if ((byte & 0xc0U) == 0xc0U) {  // the first byte of a character
      width += byte >= 0xe3 ? 1.05 : 0.85;
    }
  }
  return static_cast<int>(std::ceil(width * size_of(font)));
}

std::vector<std::string> wrap_to_width(std::string_view text, Font font, int width) {
  const auto fits = [&](const std::string& line) { return text_width(line, font) <= width; };
  const std::string safe = legible(text);
  // Half of the characters that fit if all are narrow, or a few less at a time.
  auto columns = static_cast<std::size_t>(width / (0.5 * size_of(font)));
  std::vector<std::string> lines = wrap(safe, columns);
  while (columns > 10 && !std::all_of(lines.begin(), lines.end(), fits)) {
    columns -= 2;
    lines = wrap(safe, columns);
  }
  return lines;
}

std::string shortened_to_width(std::string_view text, Font font, int width) {
  std::string line = legible(text);
  for (std::size_t columns = columns_of(line); columns > 4 && text_width(line, font) > width;
       --columns) {
    line = shortened(legible(text), columns - 1);
  }
  return line;
}

void Canvas::text(int x, int y, Font font, std::string_view look, std::string_view text,
                  Anchor anchor) {
  constexpr std::array<std::string_view, 3> anchors{"", " text-anchor=\"middle\"",
                                                    " text-anchor=\"end\""};
  on(Layer::front) +=
      cat("<text x=\"", x, "\" y=\"", y, "\" class=\"", font_names[static_cast<std::size_t>(font)],
          look.empty() ? "" : " ", look, "\"", anchors[static_cast<std::size_t>(anchor)], ">",
          escape_xml(text), "</text>\n");
}

void Canvas::box(Layer layer, int x, int y, int width, int height, int radius,
                 std::string_view look) {
  on(layer) += cat("<rect x=\"", x, "\" y=\"", y, "\" width=\"", width, "\" height=\"", height,
                   "\" rx=\"", radius, "\" class=\"", look, "\"/>\n");
}

void Canvas::line(Layer layer, int x1, int y1, int x2, int y2, std::string_view look) {
  on(layer) += cat("<line x1=\"", x1, "\" y1=\"", y1, "\" x2=\"", x2, "\" y2=\"", y2, "\" class=\"",
                   look, "\"/>\n");
}

void Canvas::path(Layer layer, std::string_view look, std::string_view shape) {
  on(layer) += cat("<path d=\"", shape, "\" class=\"", look, "\"/>\n");
}

void Canvas::diamond(int x, int y, std::string_view look) {
  path(Layer::front, look, cat("M", x, " ", y - 4, "l4 4-4 4-4-4z"));
}

void Canvas::arrow_left(int x, int y, std::string_view look) {
  path(Layer::front, look, cat("M", x - 3, " ", y, "l6-4v8z"));
}

void Canvas::arrow_right(int x, int y, std::string_view look) {
  path(Layer::front, look, cat("M", x + 3, " ", y, "l-6-4v8z"));
}

void Canvas::check_mark(int x, int y, std::string_view look) {
  path(Layer::front, cat("mark ", look), cat("M", x - 4, " ", y, "l3 4 5-8"));
}

void Canvas::cross(int x, int y, std::string_view look) {
  path(Layer::front, cat("mark ", look), cat("M", x - 4, " ", y - 4, "l8 8m0-8l-8 8"));
}

void Canvas::question_mark(int x, int y, std::string_view look) {
  path(Layer::front, cat("mark ", look),
       cat("M", x - 3, " ", y - 2, "c0-4 6-4 6 0c0 2-3 2-3 4m0 3v.5"));
}

void Canvas::dot(int x, int y, int radius, std::string_view look, std::string_view meaning) {
  on(Layer::front) += cat("<circle cx=\"", x, "\" cy=\"", y, "\" r=\"", radius, "\" class=\"", look,
                          "\"><title>", escape_xml(meaning), "</title></circle>\n");
}

void Canvas::polyline(Layer layer, const std::vector<CanvasPoint>& points, std::string_view look) {
  std::string shape;
  for (const CanvasPoint& point : points) {
    shape += cat(shape.empty() ? "M" : "L", point.x, " ", point.y);
  }
  path(layer, look, shape);
}

std::string Canvas::finish(int width, int height, std::string_view title,
                           std::string_view description) && {
  return cat("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", width, "\" height=\"", height,
             "\" viewBox=\"0 0 ", width, " ", height,
             "\" role=\"img\" aria-labelledby=\"title description\">\n<title id=\"title\">",
             escape_xml(title), "</title>\n<desc id=\"description\">", escape_xml(description),
             "</desc>\n<style>", style, dark_style, more_style_, "</style>\n<defs>", hatch,
             "</defs>\n<rect width=\"", width, "\" height=\"", height, "\" class=\"page\"/>\n",
             layers_[0], layers_[1], layers_[2], "</svg>\n");
}

}  // namespace vitals
