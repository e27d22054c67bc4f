// SPDX-License-Identifier: Apache-2.0
#include "scenario/scenario_expectation.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <utility>

#include "text/quote.h"
#include "text/words.h"
#include "vitals/health.h"

namespace vitals {
namespace {

constexpr std::string_view check_usage =
    "at TIME expect NAME CHECK counts, or excluded_by REASON..., or no verdict, with "
    "[blocked_by NAME...|none] [status STATUS|none] [window FROM..UNTIL|none] "
    "[next_change TIME|none]";
constexpr std::string_view host_usage =
    "at TIME expect HOST state STATE [failing CHECK...|none] [waiting CHECK...|none] "
    "[silent CHECK...|none] [next_change TIME|none], or at TIME expect HOST no host";
constexpr std::string_view fleet_usage = "at TIME expect dropped COUNT";

// A clause and the word that begins it.
struct ClauseForm {
  std::string_view word;
  ClauseKey key;
};
constexpr std::array<ClauseForm, 7> check_clauses{{{"counts", ClauseKey::verdict},
                                                   {"excluded_by", ClauseKey::verdict},
                                                   {"no", ClauseKey::verdict},
                                                   {"blocked_by", ClauseKey::blocked_by},
                                                   {"status", ClauseKey::status},
                                                   {"window", ClauseKey::window},
                                                   {"next_change", ClauseKey::next_change}}};
constexpr std::array<ClauseForm, 6> host_clauses{{{"state", ClauseKey::host},
                                                  {"no", ClauseKey::host},
                                                  {"failing", ClauseKey::failing},
                                                  {"waiting", ClauseKey::waiting},
                                                  {"silent", ClauseKey::silent},
                                                  {"next_change", ClauseKey::next_change}}};

// Reads the clauses of one expectation.
class ExpectationReader {
 public:
  ExpectationReader(LineReader& in, TimeStyle style, const KnownNames& known)
      : in_(in), style_(style), known_(known) {}

  ScenarioExpectation read() {
    if (in_.take_if("dropped")) {
      in_.set_usage(fleet_usage);
      expected_.subject = ScenarioExpectation::Subject::fleet;
      add({"dropped", ClauseKey::dropped});
      return std::move(expected_);
    }
    in_.set_usage(check_usage);
    expected_.host = known_.take_named(in_, "NAME");
    if (in_.next_is("state") || in_.next_is("no")) {
      in_.set_usage(host_usage);
      expected_.subject = ScenarioExpectation::Subject::host;
      forms_ = host_clauses;
    } else {
      expected_.check = known_.take_check(in_);
      forms_ = check_clauses;
    }
    do {
      read_clause();
    } while (!in_.at_end());
    refuse_beside("no verdict");
    refuse_beside("no host");
    return std::move(expected_);
  }

 private:
  void read_clause() {
    const Word word = in_.take("an expectation");
    if (in_.failed()) return;
    for (const ClauseForm& form : forms_) {
      if (word.is(form.word)) return add(form);
    }
    std::vector<std::string_view> words;
    for (const ClauseForm& form : forms_) words.push_back(form.word);
    in_.fail(unknown_word("expectation", word.text, words));
  }

  // Reads what follows the clause's first word.
  void add(const ClauseForm& form) {
    std::string text = read_text(form);
    if (in_.failed()) return;
    for (const Clause& other : expected_.clauses) {
      if (other.key == form.key) {
        in_.fail(cat("'", text, "' beside '", other.text, "', expected one of them"));
      }
    }
    expected_.clauses.push_back({form.key, std::move(text)});
  }

  std::string read_text(const ClauseForm& form) {
    if (form.word == "excluded_by") return spell(read_reasons());
    const std::string text(form.word);
    switch (form.key) {
      case ClauseKey::verdict:
        return form.word == "no" ? text + read_rest("verdict") : text;
      case ClauseKey::host:
        return form.word == "no" ? text + read_rest("host") : cat(text, " ", read_state());
      case ClauseKey::status:
        return cat(text, " ", in_.take_if("none") ? "none" : name(take_status(in_)));
      case ClauseKey::window:
        return cat(text, " ", read_window());
      case ClauseKey::next_change:
        return cat(text, " ", read_next_change());
      case ClauseKey::dropped:
        return cat(text, " ", read_count());
      case ClauseKey::blocked_by:
      case ClauseKey::failing:
      case ClauseKey::waiting:
      case ClauseKey::silent:
        break;
    }
    return cat(text, " ", read_names(form.key != ClauseKey::blocked_by));
  }

  // The second half of `no verdict` and `no host`.
  std::string read_rest(std::string_view keyword) {
    in_.take_keyword(keyword);
    return cat(" ", keyword);
  }

  Reasons read_reasons() {
    Reasons reasons;
    do {
      const std::string word = in_.take("REASON").text;
      if (in_.failed()) break;
      const std::optional<Reason> reason = parse_reason(word);
      if (!reason) {
        in_.fail(unknown_word("reason", word, reason_names));
      } else if (reasons.has(*reason)) {
        in_.fail(cat(word, " is said twice"));
      } else {
        reasons.set(*reason);
      }
    } while (!next_is_clause());
    return reasons;
  }

  std::string_view read_state() {
    const std::string word = in_.take("STATE").text;
    const auto found = std::find(host_state_names.begin(), host_state_names.end(), word);
    if (found != host_state_names.end()) return *found;
    if (!in_.failed()) in_.fail(unknown_word("state", word, host_state_names));
    return "";
  }

  std::string read_next_change() {
    return in_.take_if("none") ? "none" : spell(in_.take_moment("TIME or none").at, style_);
  }

  std::string read_window() {
    const std::string word = in_.take("FROM..UNTIL or none").text;
    if (in_.failed()) return "";
    const absl::StatusOr<Window> window = parse_window(word);
    if (window.ok()) return spell(*window, style_);
    in_.fail(std::string(window.status().message()));
    return "";
  }

  std::uint64_t read_count() {
    const std::string word = in_.take("COUNT").text;
    std::uint64_t count = 0;
    const char* end = word.data() + word.size();
    const auto [stopped, error] = std::from_chars(word.data(), end, count);
    if (!in_.failed() && (error != std::errc() || stopped != end)) {
      in_.fail(cat(in_quotes(word), " is no count, expected a whole number such as 1"));
    }
    return count;
  }

  // Names up to the next clause, sorted: of checks, or of switches and racks.
  std::string read_names(bool are_checks) {
    if (in_.take_if("none")) return "none";
    std::set<std::string> names;
    do {
      std::string name = are_checks ? known_.take_check(in_) : known_.take_named(in_, "NAME");
      if (in_.failed()) return "";
      const auto [place, is_new] = names.insert(std::move(name));
      if (!is_new) in_.fail(cat(in_quotes(*place), " is said twice"));
    } while (!next_is_clause());
    return spell_names(std::vector<std::string_view>(names.begin(), names.end()));
  }

  [[nodiscard]] bool next_is_clause() const {
    return in_.at_end() || std::any_of(forms_.begin(), forms_.end(), [&](const ClauseForm& form) {
             return in_.next_is(form.word);
           });
  }

  // What is not there has nothing else to be said about.
  void refuse_beside(std::string_view nothing) {
    const bool said = std::any_of(expected_.clauses.begin(), expected_.clauses.end(),
                                  [&](const Clause& clause) { return clause.text == nothing; });
    if (said && expected_.clauses.size() > 1) {
      in_.fail(cat(nothing, " beside something about it, expected ", nothing, " alone"));
    }
  }

  LineReader& in_;
  TimeStyle style_;
  const KnownNames& known_;
  std::span<const ClauseForm> forms_;
  ScenarioExpectation expected_;
};

}  // namespace

std::string KnownNames::take_named(LineReader& in, std::string_view what) const {
  std::string name = in.take_name(what);
  if (in.failed() || !are_complete || named.contains(name)) return name;
  const std::vector<std::string_view> known(named.begin(), named.end());
  in.fail(cat("no earlier line speaks of ", in_quotes(name),
              ", expected a host, switch or rack that one does", did_you_mean(name, known)));
  return name;
}

std::string KnownNames::take_check(LineReader& in) const {
  std::string name = in.take_name("CHECK");
  if (in.failed() || !are_complete || checks.contains(name)) return name;
  std::vector<std::string_view> known;
  for (const auto& [check, ignored] : checks) known.push_back(check);
  in.fail(known.empty()
              ? cat("unknown check ", in_quotes(name), ", the policy has no checks at all")
              : unknown_word("check", name, known));
  return name;
}

Status take_status(LineReader& in) {
  const std::string word = in.take("STATUS").text;
  const std::optional<Status> status = parse_status(word);
  if (!status && !in.failed()) in.fail(unknown_word("status", word, status_names));
  return status.value_or(Status::ok);
}

ScenarioExpectation read_expectation(LineReader& in, TimeStyle style, const KnownNames& known) {
  return ExpectationReader(in, style, known).read();
}

}  // namespace vitals
