// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "explain/explain_page.h"
#include "explain/explain_words.h"
#include "explain/timeline.h"
#include "text/bridge.h"
#include "vitals/explain.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

constexpr std::size_t value_column = 16;  // of the facts above the rules

std::string tell_outcome(Reasons reasons) {
  return reasons.empty() ? "counts" : tell_reasons(reasons);
}

// `counts`, `does not count`, `no verdict`.
std::string_view tell_verdict(const std::optional<Verdict>& verdict) {
  if (!verdict) return "no verdict";
  return verdict->counts() ? "counts" : "does not count";
}

std::string_view tell_status(const Explanation& check) {
  return check.status ? name(*check.status) : "-";
}

// What makes a check what it is: `active, required`.
std::string tell_kind(const CheckPolicy& policy) {
  return cat(name(policy.kind), policy.required ? ", required" : "");
}

class CheckText {
 public:
  CheckText(Page& page, const Explanation& check) : page_(page), check_(check), clock_(check.now) {}

  void draw() {
    draw_title();
    draw_facts();
    if (!check_.verdict) return;
    draw_rules();
    page_.line({});
    page_.line({{0, "Timeline, with what is known now", Paint::bold}});
    draw_timeline(page_, check_);
    draw_legend();
  }

 private:
  void draw_title() {
    const bool good = check_.verdict && check_.verdict->counts();
    const std::string outcome = cat(tell_status(check_), ", ", tell_verdict(check_.verdict), " (",
                                    tell_kind(check_.policy), ")");
    std::string named = page_.safe(cat(check_.check, " of ", check_.host));
    named = shortened(named, page_.columns() - columns_of(outcome) - 2);
    const std::size_t column = columns_of(named) + 2;
    page_.line(
        {{0, std::move(named), Paint::bold}, {column, outcome, good ? Paint::good : Paint::bad}});
  }

  void draw_fact(std::string_view label, std::string_view value, Paint paint = Paint::plain) {
    page_.paragraph({{mark_column, std::string(label), Paint::dim}}, value_column, value, paint);
  }

  void draw_facts() {
    if (check_.verdict && !check_.verdict->counts()) {
      draw_fact("Reasons", tell_reasons(check_.verdict->excluded_by), Paint::bad);
    }
    if (!check_.blocked_by.empty()) draw_fact("Blocked by", join(check_.blocked_by, ", "));
    draw_fact("Decided", check_.decision.sentence);
    if (check_.verdict) {
      draw_fact("Window", tell_window(check_.verdict->window, clock_));
      draw_forecast();
    }
    if (!check_.proof) return;
    draw_fact("Proof", check_.proof->sentence);
    draw_fact("", check_.proof->trusts, Paint::dim);
  }

  void draw_forecast() {
    if (check_.forecast.empty()) draw_fact("Next change", "nothing will change by itself");
    std::string_view label = "Next change";
    for (const Forecast& next : check_.forecast) {
      draw_fact(label, cat(clock_.at_and_away(next.from), ": ", tell_outcome(next.excluded_by)));
      label = "";
    }
  }

  void draw_rules() {
    page_.line({});
    page_.line({{0, "Rules", Paint::bold}});
    std::string heading;
    for (const RuleExplanation& rule : check_.rules) {
      std::string next = row_heading(rule);
      if (next != heading) {
        page_.line({{label_column, shortened(page_.safe(next), page_.columns() - label_column),
                     Paint::dim}});
      }
      heading = std::move(next);
      draw_rule(rule, heading.empty() ? "" : "  ");
    }
  }

  void draw_rule(const RuleExplanation& rule, std::string_view indent) {
    const bool asked = rule.state != RuleState::not_asked && rule.state != RuleState::spared;
    const Paint paint = rule.state == RuleState::shuts_out ? Paint::bad : Paint::plain;
    page_.paragraph(
        {{mark_column, std::string(mark_of(rule.state, page_.signs())), mark_paint_of(rule.state)},
         {label_column, cat(indent, row_label(rule)), paint}},
        body_column, rule.sentence, asked ? Paint::plain : Paint::dim);
    // What the decision says above need not be said again.
    const bool is_told = check_.decision.sentence.find(rule.remedy) != std::string::npos;
    if (!is_told) page_.paragraph({}, body_column, cat("needs: ", rule.remedy), Paint::bold);
  }

  void draw_legend() {
    const Signs& signs = page_.signs();
    const std::string text =
        cat(signs.permits, " permits  ", signs.shuts_out, " shuts out  ", signs.counts, " counts  ",
            signs.earlier, signs.later, " not drawn  ", signs.unasked, " not asked");
    page_.line({{label_column, text, Paint::dim}});
  }

  Page& page_;
  const Explanation& check_;
  Clock clock_;
};

std::string_view meaning(HostState state) {
  switch (state) {
    case HostState::failing:
      return "a check that counts is CRIT";
    case HostState::healthy:
      return "every required check counts, and none of them is CRIT or NODATA";
    case HostState::undecided:
      return "time or the next report may decide";
    case HostState::unmonitored:
      break;
  }
  return "waiting will not help, somebody must look";
}

class HostText {
 public:
  HostText(Page& page, const HostExplanation& host) : page_(page), host_(host), clock_(host.now) {}

  void draw() {
    draw_title();
    if (host_.checks.size() > 1) draw_summary();
    draw_state();
    for (const Explanation& check : host_.checks) {
      page_.line({});
      CheckText(page_, check).draw();
    }
  }

 private:
  void draw_title() {
    std::string moment = format_timestamp(host_.now);
    const std::size_t column = page_.columns() - columns_of(moment);
    page_.line({{0, shortened(page_.safe(host_.host), column - 2), Paint::bold},
                {column, std::move(moment), Paint::dim}});
  }

  void draw_summary() {
    std::size_t widest = std::string_view("check").size();
    for (const Explanation& check : host_.checks) {
      widest = std::max(widest, columns_of(label_of(check)));
    }
    const std::size_t status_column = mark_column + std::min<std::size_t>(widest, 26) + 2;
    const std::size_t outcome_column = status_column + 8;
    const std::size_t next_column = page_.columns() - next_width;
    page_.line({});
    page_.line({{mark_column, "check", Paint::dim},
                {status_column, "status", Paint::dim},
                {outcome_column, "counts, or why not", Paint::dim},
                {next_column, "next change", Paint::dim}});
    for (const Explanation& check : host_.checks) {
      draw_row(check, status_column, outcome_column, next_column);
    }
    page_.line({{mark_column, "* required", Paint::dim}});
  }

  [[nodiscard]] std::string label_of(const Explanation& check) const {
    return page_.safe(cat(check.check, check.policy.required ? " *" : ""));
  }

  void draw_row(const Explanation& check, std::size_t status_column, std::size_t outcome_column,
                std::size_t next_column) {
    const std::string outcome =
        check.verdict ? tell_outcome(check.verdict->excluded_by) : "no verdict";
    const Paint paint = check.verdict && check.verdict->counts() ? Paint::good : Paint::bad;
    const std::string next =
        check.forecast.empty() ? "-" : clock_.at_and_away(check.forecast.front().from);
    std::vector<std::string> outcome_lines = wrap(outcome, next_column - outcome_column - 2);
    std::vector<std::string> next_lines = wrap(next, next_width);
    const std::size_t lines = std::max(outcome_lines.size(), next_lines.size());
    outcome_lines.resize(lines);
    next_lines.resize(lines);
    for (std::size_t i = 0; i < lines; ++i) {
      std::vector<Piece> pieces{{outcome_column, outcome_lines[i], paint},
                                {next_column, next_lines[i]}};
      if (i == 0) {
        pieces.push_back({mark_column, shortened(label_of(check), status_column - 4)});
        pieces.push_back({status_column, std::string(tell_status(check))});
      }
      page_.line(std::move(pieces));
    }
  }

  void draw_state() {
    if (!host_.state) {
      if (host_.checks.empty()) {
        page_.paragraph({}, mark_column,
                        "a switch or rack of which nothing was received: active checks of hosts "
                        "behind it do not count (infrastructure_unknown)");
      }
      return;
    }
    const bool good = *host_.state == HostState::healthy;
    page_.line({});
    page_.paragraph({{mark_column, "State", Paint::dim}}, value_column,
                    cat(name(*host_.state), ": ", meaning(*host_.state)),
                    good ? Paint::good : Paint::bad);
    draw_names("failing", host_.failing);
    draw_names("waiting", host_.waiting);
    draw_names("silent", host_.silent);
  }

  void draw_names(std::string_view label, const std::vector<std::string>& names) {
    if (names.empty()) return;
    page_.paragraph({{mark_column, std::string(label), Paint::dim}}, value_column,
                    join(names, ", "));
  }

  static constexpr std::size_t next_width = 22;  // "14:08:12, in 12h 12m 12s"

  Page& page_;
  const HostExplanation& host_;
  Clock clock_;
};

}  // namespace

std::string to_text(const HostExplanation& host, const TextStyle& style) {
  Page page(style);
  HostText(page, host).draw();
  return std::move(page).take();
}

}  // namespace vitals
