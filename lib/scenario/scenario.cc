// SPDX-License-Identifier: Apache-2.0
#include "vitals/scenario.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "recording/line_source.h"
#include "scenario/scenario_parser.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/explain.h"
#include "vitals/fleet.h"

namespace vitals {
namespace {

using Clauses = std::vector<Clause>;

std::string join(const Clauses& clauses) {
  std::string out;
  for (const Clause& clause : clauses) out += (out.empty() ? "" : " ") + clause.text;
  return out;
}

std::string spell_next(std::optional<Timestamp> moment, TimeStyle style) {
  return cat("next_change ", moment ? spell(*moment, style) : "none");
}

Clauses clauses_of(const VerdictLine& line, TimeStyle style) {
  return {{ClauseKey::verdict, spell(line.verdict.excluded_by)},
          {ClauseKey::blocked_by, cat("blocked_by ", spell_names(line.blocked_by))},
          {ClauseKey::status, cat("status ", line.status ? name(*line.status) : "none")},
          {ClauseKey::window, cat("window ", spell(line.verdict.window, style))},
          {ClauseKey::next_change, spell_next(line.verdict.next_change, style)}};
}

Clauses clauses_of(const HostLine& line, TimeStyle style) {
  return {{ClauseKey::host, cat("state ", name(line.state))},
          {ClauseKey::failing, cat("failing ", spell_names(line.failing))},
          {ClauseKey::waiting, cat("waiting ", spell_names(line.waiting))},
          {ClauseKey::silent, cat("silent ", spell_names(line.silent))},
          {ClauseKey::next_change, spell_next(line.next_change, style)}};
}

// One scenario on a fleet of its own.
class Run {
 public:
  Run(const Scenario& scenario, std::string_view source, ScenarioResult& result)
      : scenario_(scenario), source_(source), result_(result), fleet_(scenario.policy) {}

  // Errors: an event that the fleet refuses.
  absl::Status run() {
    for (const ScenarioStep& step : scenario_.steps) {
      if (const Event* event = std::get_if<Event>(&step.what)) {
        const absl::Status applied = fleet_.apply(*event);
        if (!applied.ok()) return invalid(source_, ":", step.line, ": ", to_std(applied.message()));
      } else {
        check(step, std::get<ScenarioExpectation>(step.what));
      }
    }
    return absl::OkStatus();
  }

 private:
  void check(const ScenarioStep& step, const ScenarioExpectation& expected) {
    const Clauses found = find(step, expected);
    Clauses wrong;
    for (const Clause& clause : expected.clauses) {
      const bool came_true = std::any_of(found.begin(), found.end(), [&](const Clause& other) {
        return other.key == clause.key && other.text == clause.text;
      });
      if (!came_true) wrong.push_back(clause);
    }
    if (wrong.empty()) {
      ++result_.passed;
      return;
    }
    std::string report = cat(printable(source_), ":", step.line, ": ", step.text, "\n");
    if (!scenario_.title.empty()) report += cat("    scenario  ", scenario_.title, "\n");
    report += cat("    expected  ", join(wrong), "\n    is        ", join(found), "\n");
    if (expected.subject == ScenarioExpectation::Subject::host)
      report += tell_checks(step, expected.host);
    if (expected.subject == ScenarioExpectation::Subject::check) report += tell_why(step, expected);
    result_.failures.push_back({.line = step.line, .report = std::move(report)});
  }

  // What is, as far as the expectation may speak of it.
  Clauses find(const ScenarioStep& step, const ScenarioExpectation& expected) {
    Clauses found;
    switch (expected.subject) {
      case ScenarioExpectation::Subject::check:
        fleet_.judge_all(step.time, [&](const VerdictLine& line) {
          if (line.host == expected.host && line.check == expected.check) {
            found = clauses_of(line, step.style);
          }
        });
        if (found.empty()) found.push_back({ClauseKey::verdict, "no verdict"});
        break;
      case ScenarioExpectation::Subject::host:
        fleet_.judge_hosts(step.time, [&](const HostLine& line) {
          if (line.host == expected.host) found = clauses_of(line, step.style);
        });
        if (found.empty()) found.push_back({ClauseKey::host, "no host"});
        break;
      case ScenarioExpectation::Subject::fleet: {
        const FleetCounters& counted = fleet_.counters();
        found.push_back({ClauseKey::dropped, cat("dropped ", counted.retired + counted.out_of_date +
                                                                 counted.unknown_service)});
        break;
      }
    }
    return found;
  }

  // A host's state follows from its checks, so they are what a person asks for next.
  std::string tell_checks(const ScenarioStep& step, std::string_view host) {
    std::string out;
    fleet_.judge_all(step.time, [&](const VerdictLine& line) {
      if (line.host != host) return;
      out += cat("    check     ", spell_name(line.check), " ", join(clauses_of(line, step.style)),
                 "\n");
    });
    return out;
  }

  // The numbers behind the verdict. Their clock stands at midnight when the scenario says 0s.
  std::string tell_why(const ScenarioStep& step, const ScenarioExpectation& expected) {
    std::string out;
    fleet_.visit_checks(expected.host, [&](const CheckView& view) {
      if (view.check != expected.check) return;
      const Explanation why = explain(view, fleet_.policy().constants, step.time);
      for (const RuleExplanation& rule : why.rules) {
        if (rule.state != RuleState::shuts_out) continue;
        out += cat("    because   ", name(rule.reason), ": ", rule.sentence, "\n");
      }
      if (!why.verdict) out += cat("    because   ", why.decision.sentence, "\n");
      if (why.proof) out += cat("    proof     ", why.proof->sentence, "\n");
    });
    return out;
  }

  const Scenario& scenario_;
  std::string_view source_;
  ScenarioResult& result_;
  Fleet fleet_;
};

absl::StatusOr<ScenarioResult> run_all(LineSource source) {
  const absl::StatusOr<ScenarioText> text = parse_scenarios(source);
  if (!text.ok()) return text.status();
  ScenarioResult result;
  for (const Scenario& scenario : text->scenarios) {
    const absl::Status status = Run(scenario, source.name(), result).run();
    if (!status.ok()) return status;
  }
  return result;
}

}  // namespace

absl::StatusOr<ScenarioResult> run_scenarios(std::string_view text, std::string_view source) {
  return run_all(LineSource::from_text(text, std::string(source)));
}

absl::StatusOr<ScenarioResult> run_scenario_file(const std::string& path) {
  absl::StatusOr<LineSource> source = LineSource::open(path);
  if (!source.ok()) return source.status();
  return run_all(*std::move(source));
}

}  // namespace vitals
