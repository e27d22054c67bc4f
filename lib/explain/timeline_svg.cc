// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "explain/explain_words.h"
#include "explain/timeline.h"
#include "picture/canvas.h"
#include "text/bridge.h"
#include "vitals/explain.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

// Where things stand, in pixels: names of rules on the left, time to their right.
constexpr int page_width = 1040;
constexpr int margin = 28;
constexpr int page_right = page_width - margin;
constexpr int plot_left = 232;
constexpr int plot_width = page_right - plot_left;
constexpr int bar_height = 14;
constexpr int lane_height = 18;  // of event labels, which stand above each other
constexpr int line_height = 15;  // of sentences below bars

// An event's label beside the line that leads down from its tick.
struct EventLabel {
  const Landmark* landmark = nullptr;
  std::string text{};
  int tick = 0;          // x of the moment, or the border that it lies beyond
  bool is_drawn = true;  // the moment lies within the drawn range
  bool is_right = true;  // the label is right of its tick
  int lane = 0;          // counted upwards

  [[nodiscard]] int width() const { return text_width(text, Font::small) + 18; }
  [[nodiscard]] int left() const { return is_right ? tick - 6 : tick - width(); }
  [[nodiscard]] int right() const { return is_right ? tick + width() : tick + 6; }
};

// The lowest lane in which the label neither hides one of those placed before, nor lies across the
// line that leads down from it.
int free_lane(const EventLabel& label, const std::vector<EventLabel>& placed) {
  int lane = 0;
  for (const EventLabel& other : placed) {
    const bool hides = label.left() < other.right() && other.left() < label.right();
    if (hides) lane = std::max(lane, other.lane + 1);
  }
  return lane;
}

bool is_awaited(LandmarkType type) {
  return type == LandmarkType::proof || type == LandmarkType::proof_by ||
         type == LandmarkType::appear_by;
}

std::string tell_verdict(const Explanation& check) {
  if (!check.verdict) return "no verdict";
  return check.verdict->counts() ? "counts" : "does not count";
}

// The picture of one check.
class Panel {
 public:
  Panel(Canvas& canvas, const Explanation& check)
      : canvas_(canvas),
        check_(check),
        clock_(check.now),
        range_(range_to_draw(check)),
        now_(x_of(check.now)) {}

  // Draws it from `top` downwards, and tells where it ends.
  int draw(int top) {
    const int head_bottom = draw_head(top);
    if (!check_.verdict) return head_bottom;
    const std::vector<EventLabel> labels = place_labels();
    int lanes = 0;
    for (const EventLabel& label : labels) lanes = std::max(lanes, label.lane + 1);
    const int events_bottom = head_bottom + 10 + lanes * lane_height;
    const int axis = events_bottom + 44;
    const int bottom = draw_rows(axis + 16);
    draw_axis(axis, bottom);
    draw_labels(labels, events_bottom, axis, bottom);
    draw_now(events_bottom + 4, bottom);
    draw_legend(bottom + 24);
    return bottom + 34;
  }

 private:
  [[nodiscard]] int x_of(Timestamp moment) const {
    const auto into = static_cast<double>(length_between(range_.from, moment).count());
    const auto span = static_cast<double>(length_between(range_.from, range_.until).count());
    return plot_left + static_cast<int>(into / span * plot_width);
  }

  int draw_head(int top) {
    const std::string verdict = tell_verdict(check_);
    const bool good = check_.verdict && check_.verdict->counts();
    const int pill = text_width(verdict, Font::label) + 24;
    canvas_.box(Layer::middle, page_right - pill, top, pill, 26, 13,
                good ? "good-sign" : "bad-sign");
    canvas_.text(page_right - pill / 2, top + 18, Font::label, good ? "on-good" : "on-bad", verdict,
                 Anchor::middle);
    canvas_.text(margin, top + 20, Font::title, "",
                 shortened_to_width(cat(check_.check, " of ", check_.host), Font::title,
                                    page_right - margin - pill - 80));
    canvas_.text(margin, top + 44, Font::label, "muted",
                 cat(format_timestamp(check_.now), "  \u00b7  ",
                     check_.status ? name(*check_.status) : "no status", "  \u00b7  ",
                     name(check_.policy.kind), check_.policy.required ? ", required" : ""));
    int y = top + 70;
    for (const std::string& line : wrap_to_width(cat("Decided: ", check_.decision.sentence),
                                                 Font::head, page_right - margin)) {
      canvas_.text(margin, y, Font::head, "", line);
      y += 20;
    }
    return y - 10;
  }

  [[nodiscard]] EventLabel label_of(const Landmark& landmark) const {
    EventLabel label{.landmark = &landmark,
                     .text = shortened_to_width(cat(clock_.at(landmark.at), "  ", landmark.label),
                                                Font::small, 360),
                     .tick = x_of(std::clamp(landmark.at, range_.from, range_.until)),
                     .is_drawn = range_.contains(landmark.at)};
    label.is_right = label.tick < plot_left + plot_width * 3 / 5;
    return label;
  }

  // Labels on the right half stand left of their ticks, the others right of them. Each group is
  // placed towards the side where its text is not, so that the lines it lies across are known.
  [[nodiscard]] std::vector<EventLabel> place_labels() const {
    std::vector<EventLabel> labels;
    for (const Landmark& landmark : check_.landmarks) labels.push_back(label_of(landmark));
    const auto right_ones = std::stable_partition(
        labels.begin(), labels.end(), [](const EventLabel& label) { return !label.is_right; });
    std::reverse(right_ones, labels.end());
    std::vector<EventLabel> placed;
    for (EventLabel& label : labels) {
      label.lane = free_lane(label, placed);
      placed.push_back(std::move(label));
    }
    return placed;
  }

  void draw_labels(const std::vector<EventLabel>& labels, int events_bottom, int axis, int bottom) {
    for (const EventLabel& label : labels) {
      const bool awaited = is_awaited(label.landmark->type);
      const std::string_view sign = awaited ? "awaited-sign" : "event-sign";
      const int y = events_bottom - 5 - label.lane * lane_height;
      const Anchor anchor = label.is_right ? Anchor::start : Anchor::end;
      canvas_.text(label.is_right ? label.tick + 10 : label.tick - 10, y, Font::small,
                   label.is_drawn ? awaited ? "good" : "" : "muted", label.text, anchor);
      if (label.is_drawn) {
        canvas_.line(Layer::back, label.tick, y - 4, label.tick, bottom,
                     awaited ? "awaited" : "lead");
        canvas_.diamond(label.tick, y - 4, sign);
        canvas_.line(Layer::middle, label.tick, axis - 4, label.tick, axis + 4, "axis");
      } else if (label.is_right) {
        canvas_.arrow_left(label.tick + 3, y - 4, sign);
      } else {
        canvas_.arrow_right(label.tick - 3, y - 4, sign);
      }
    }
  }

  void draw_axis(int axis, int bottom) {
    constexpr std::size_t most_ticks = 9;
    int free_from = plot_left;
    for (const ClockTick& tick : clock_ticks(range_, check_.now, most_ticks)) {
      const int x = x_of(tick.at);
      const int half = text_width(tick.label, Font::small) / 2;
      canvas_.line(Layer::back, x, axis, x, bottom, "grid");
      canvas_.line(Layer::middle, x, axis - 4, x, axis, "axis");
      if (x - half < free_from || x + half > page_right) continue;
      canvas_.text(x, axis - 8, Font::small, "muted", tick.label, Anchor::middle);
      free_from = x + half + 8;
    }
    canvas_.line(Layer::middle, plot_left, axis, page_right, axis, "axis");
    canvas_.text(margin, axis + 4, Font::small, "muted", "with what is known now:");
  }

  // The rows from y on; tells where they end.
  int draw_rows(int y) {
    std::string heading;
    for (const RuleExplanation& rule : check_.rules) {
      std::string next = row_heading(rule);
      if (next != heading) {
        canvas_.text(margin, y + 14, Font::label, "muted strong",
                     shortened_to_width(next, Font::label, page_right - margin));
        y += 26;
      }
      heading = std::move(next);
      y = draw_row(rule, heading.empty() ? 0 : 12, y);
    }
    canvas_.line(Layer::middle, margin, y, page_right, y, "grid");
    const bool counts = check_.verdict->counts();
    draw_mark(margin + 5, y + 22, counts ? RuleState::permits : RuleState::shuts_out);
    canvas_.text(margin + 18, y + 27, Font::label, "strong", "counts");
    draw_bar(check_.verdict->window, y + 12, 20, "counts");
    canvas_.text(plot_left, y + 46, Font::small, "", tell_window(check_.verdict->window, clock_));
    return y + 54;
  }

  int draw_row(const RuleExplanation& rule, int indent, int y) {
    const bool bad = rule.state == RuleState::shuts_out;
    draw_mark(margin + 5 + indent, y + bar_height / 2, rule.state);
    canvas_.text(margin + 18 + indent, y + bar_height - 2, Font::label, bad ? "bad strong" : "",
                 row_label(rule));
    draw_bar(rule.permitted, y, bar_height, "permits");
    y += bar_height + 12;
    for (const std::string& line : wrap_to_width(rule.sentence, Font::small, plot_width)) {
      canvas_.text(plot_left, y, Font::small, bad ? "" : "muted", line);
      y += line_height;
    }
    return y + 4;
  }

  void draw_mark(int x, int y, RuleState state) {
    switch (state) {
      case RuleState::permits:
        return canvas_.check_mark(x, y, "good-mark");
      case RuleState::shuts_out:
        return canvas_.cross(x, y, "bad-mark");
      case RuleState::spared:
      case RuleState::not_asked:
        return canvas_.question_mark(x, y, "muted-mark");
    }
  }

  void draw_bar(const Window& permitted, int y, int height, std::string_view look) {
    canvas_.box(Layer::middle, plot_left, y, plot_width, height, 3, "shut");
    canvas_.box(Layer::middle, plot_left, y, plot_width, height, 3, "hatch");
    const Window drawn = intersection(permitted, range_);
    if (drawn.empty()) return;
    const int left = x_of(drawn.from);
    const int right = x_of(drawn.until);
    canvas_.box(Layer::middle, left, y, std::max(right - left, 1), height, 3, look);
    const int middle = y + height / 2;
    if (permitted.from > range_.from) {
      draw_bound(left, middle, right - left, permitted.from, false);
    } else if (permitted.from != distant_past) {
      canvas_.arrow_left(plot_left + 8, middle, "bar-sign");
    }
    if (permitted.until < range_.until) {
      draw_bound(right, middle, right - left, permitted.until, true);
    } else if (permitted.until != distant_future) {
      canvas_.arrow_right(page_right - 8, middle, "bar-sign");
    }
  }

  // The time at the end of a bar: beside it, or on it where the border is near, or nowhere where
  // the bar is too short for that.
  void draw_bound(int x, int middle, int bar_width, Timestamp moment, bool is_end) {
    const std::string label = clock_.at(moment);
    const int width = text_width(label, Font::tiny) + 8;
    const bool is_beside = is_end ? x + width <= page_right : x - width >= plot_left;
    if (!is_beside && bar_width < 2 * width) return;
    const bool is_right = is_end == is_beside;
    canvas_.text(is_right ? x + 6 : x - 6, middle + 4, Font::tiny, is_beside ? "on-shut" : "on-bar",
                 label, is_right ? Anchor::start : Anchor::end);
  }

  void draw_now(int y, int bottom) {
    const std::string label = cat("now ", clock_.at(check_.now));
    const int width = text_width(label, Font::small) + 16;
    const int left = std::clamp(now_ - width / 2, plot_left, page_right - width);
    canvas_.line(Layer::middle, now_, y + 9, now_, bottom, "now");
    canvas_.box(Layer::middle, left, y, width, 18, 9, "now-sign");
    canvas_.text(left + width / 2, y + 13, Font::small, "on-now", label, Anchor::middle);
  }

  void draw_legend(int y) {
    int x = plot_left;
    const auto entry = [&](int width, std::string_view text) {
      canvas_.text(x + width + 6, y, Font::small, "muted", text);
      x += width + text_width(text, Font::small) + 24;
    };
    canvas_.box(Layer::middle, x, y - 9, 24, 10, 3, "permits");
    entry(24, "permits");
    canvas_.box(Layer::middle, x, y - 9, 24, 10, 3, "shut");
    canvas_.box(Layer::middle, x, y - 9, 24, 10, 3, "hatch");
    entry(24, "shuts out");
    canvas_.box(Layer::middle, x, y - 9, 24, 10, 3, "counts");
    entry(24, "all permit: it counts");
    canvas_.diamond(x + 5, y - 4, "event-sign");
    entry(10, "event");
    canvas_.diamond(x + 5, y - 4, "awaited-sign");
    entry(10, "awaited");
    canvas_.question_mark(x + 4, y - 4, "muted-mark");
    entry(8, "not asked");
    canvas_.arrow_left(x + 4, y - 4, "event-sign");
    canvas_.arrow_right(x + 12, y - 4, "event-sign");
    entry(16, "beyond what is drawn");
  }

  Canvas& canvas_;
  const Explanation& check_;
  Clock clock_;
  Window range_;
  int now_;
};

std::string tell_title(const HostExplanation& host) {
  const std::string moment = format_timestamp(host.now);
  if (host.checks.size() == 1) {
    const Explanation& check = host.checks.front();
    return cat(check.check, " of ", check.host, " at ", moment, ": ", tell_verdict(check));
  }
  return cat("the checks of ", host.host, " at ", moment);
}

// The picture in words.
std::string describe(const HostExplanation& host) {
  std::vector<std::string> sentences;
  for (const Explanation& check : host.checks) {
    std::string sentence = cat(check.check, ": ", tell_verdict(check));
    if (check.verdict && !check.verdict->counts()) {
      sentence += cat(", ", tell_reasons(check.verdict->excluded_by));
    }
    sentences.push_back(cat(sentence, "; ", check.decision.sentence, "."));
  }
  return join(sentences, " ");
}

}  // namespace

std::string to_svg(const HostExplanation& host) {
  Canvas canvas;
  int y = margin;
  for (const Explanation& check : host.checks) {
    if (&check != &host.checks.front()) {
      canvas.line(Layer::back, margin, y - 26, page_right, y - 26, "axis");
    }
    y = Panel(canvas, check).draw(y) + 52;
  }
  const int height = host.checks.empty() ? 2 * margin : y - 52 + margin;
  return std::move(canvas).finish(page_width, height, tell_title(host), describe(host));
}

}  // namespace vitals
