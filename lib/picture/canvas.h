// SPDX-License-Identifier: Apache-2.0
// The few shapes that pictures are made of, as SVG, and their colors.
#ifndef VITALS_LIB_PICTURE_CANVAS_H
#define VITALS_LIB_PICTURE_CANVAS_H

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vitals {

// Sizes of text. The words in the style sheet are the same.
enum class Font { title, head, label, small, tiny };

// How wide the text may become, in pixels: as wide as in the widest of the usual fonts, because
// nobody knows which one its reader has.
[[nodiscard]] int text_width(std::string_view text, Font font);

// Breaks text into lines that are at most so wide.
[[nodiscard]] std::vector<std::string> wrap_to_width(std::string_view text, Font font, int width);

// Text that is at most so wide, its end given up for `...` where it is wider.
[[nodiscard]] std::string shortened_to_width(std::string_view text, Font font, int width);

// What lies further back is drawn first, whenever it comes.
enum class Layer { back, middle, front };

enum class Anchor { start, middle, end };

struct CanvasPoint {
  int x = 0;
  int y = 0;
};

// Words in `look` are classes of the style sheet in the source file. Coordinates are pixels.
class Canvas {
 public:
  // Text at its base line. It is escaped here.
  void text(int x, int y, Font font, std::string_view look, std::string_view text,
            Anchor anchor = Anchor::start);
  void box(Layer layer, int x, int y, int width, int height, int radius, std::string_view look);
  void line(Layer layer, int x1, int y1, int x2, int y2, std::string_view look);
  // Signs around their middle.
  void diamond(int x, int y, std::string_view look);
  void arrow_left(int x, int y, std::string_view look);
  void arrow_right(int x, int y, std::string_view look);
  void check_mark(int x, int y, std::string_view look);
  void cross(int x, int y, std::string_view look);
  void question_mark(int x, int y, std::string_view look);
  // A dot; what it stands for is told to whoever points at it.
  void dot(int x, int y, int radius, std::string_view look, std::string_view meaning);
  // A line through points.
  void polyline(Layer layer, const std::vector<CanvasPoint>& points, std::string_view look);

  // Adds rules to the style sheet.
  void add_style(std::string_view rules) { more_style_ += rules; }

  // The picture. Title and description are for those who hear it instead of seeing it.
  [[nodiscard]] std::string finish(int width, int height, std::string_view title,
                                   std::string_view description) &&;

 private:
  void path(Layer layer, std::string_view look, std::string_view shape);
  [[nodiscard]] std::string& on(Layer layer) { return layers_[static_cast<std::size_t>(layer)]; }

  std::array<std::string, 3> layers_{};
  std::string more_style_{};
};

}  // namespace vitals

#endif  // VITALS_LIB_PICTURE_CANVAS_H
