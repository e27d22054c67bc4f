// SPDX-License-Identifier: Apache-2.0
#include "scenario/scenario_parser.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "scenario/scenario_expectation.h"
#include "scenario/scenario_line.h"
#include "scenario/scenario_policy.h"
#include "text/quote.h"
#include "text/utf8.h"
#include "text/words.h"
#include "vitals/scenario.h"

namespace vitals {
namespace {

constexpr std::string_view host_usage = "host HOST [switch=NAME|none] [rack=NAME|none]";

// A text while it is read, line by line.
class Parser {
 public:
  explicit Parser(LineSource& source)
      : source_(source), folder_(std::filesystem::path(source.name()).parent_path().string()) {}

  absl::StatusOr<ScenarioText> parse() {
    begin_scenario("", 0);
    while (read_next_line()) {
    }
    end_scenario();
    if (text_.scenarios.empty() && errors_.empty()) {
      report(std::max<std::uint64_t>(source_.line_number(), 1),
             "nothing is expected here, expected a line such as: at 0s expect h1 ssh counts");
    }
    if (errors_.empty()) return std::move(text_);
    return absl::InvalidArgumentError(errors_);
  }

 private:
  struct EventForm {
    std::string_view word;
    std::string_view usage;
    void (Parser::*read)(LineReader& in, Event& event);
  };
  static const std::array<EventForm, 6> event_forms;

  // ---- lines ----

  // Whether there may be another line.
  bool read_next_line() {
    switch (source_.next()) {
      case LineSource::Next::end:
        return false;
      case LineSource::Next::error:
        report(source_.line_number(), std::string(source_.status().message()));
        return false;
      case LineSource::Next::too_long:
        report(source_.line_number(), cat("a line longer than ", longest_line, " bytes"));
        break;
      case LineSource::Next::line:
        read_line(source_.line());
        break;
    }
    return error_count_ < most_errors;
  }

  void read_line(std::string_view line) {
    line_ = source_.line_number();
    if (line_ == 1) line = without_byte_order_mark(line);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const absl::StatusOr<std::vector<Word>> words = split_words(line);
    if (!words.ok()) {
      report(line_, std::string(words.status().message()));
      return;
    }
    if (words->empty()) return;
    const std::size_t end = words->back().end;
    LineReader in(*words);
    if (in.take_if("scenario")) {
      in.set_usage("scenario TITLE");
      const std::size_t title = in.take("TITLE").begin;
      if (!in.failed()) {
        end_scenario();
        begin_scenario(line.substr(title, end - title), line_);
      }
    } else {
      const std::size_t begin = words->front().begin;
      read_statement(in, std::string(line.substr(begin, end - begin)));
    }
    if (in.failed()) report(line_, in.error());
  }

  void read_statement(LineReader& in, std::string text) {
    if (scenario_.line == 0) scenario_.line = line_;
    if (in.take_if("policy")) {
      if (!scenario_.steps.empty()) {
        in.fail("policy after a fact, expected before the first host and at");
        return;
      }
      policy_->read(in, line_);
    } else if (in.take_if("host")) {
      if (last_at_ != 0) {
        in.fail(cat("host after the first at, expected: at TIME ", host_usage));
        return;
      }
      in.set_usage(host_usage);
      ScenarioStep step{.line = line_, .text = std::move(text), .what = Event{}};
      read_host(in, std::get<Event>(step.what));
      scenario_.steps.push_back(std::move(step));
    } else if (in.take_if("at")) {
      read_at(in, std::move(text));
    } else {
      constexpr std::string_view statements[] = {"scenario", "policy", "host", "at"};
      in.fail(unknown_word("statement", in.take("a statement").text, statements));
    }
  }

  void read_at(LineReader& in, std::string text) {
    in.set_usage("at TIME EVENT, or at TIME expect ...");
    const Moment moment = in.take_moment("TIME");
    if (in.failed()) return;
    if (moment.at < scenario_base && moment.style != TimeStyle::calendar) {
      in.fail("a time before 0s, expected times of events from 0s on");
      return;
    }
    if (last_at_ != 0 && moment.at < last_time_) {
      in.fail(cat("time runs backwards, from ", spell(last_time_, moment.style), " in line ",
                  last_at_, " to ", spell(moment.at, moment.style)));
      return;
    }
    if (moment.at != last_time_) last_expect_ = 0;
    // What is stated without a time held from the beginning.
    if (last_at_ == 0) {
      for (ScenarioStep& step : scenario_.steps) set_time(step, moment.at);
    }
    ScenarioStep step{
        .line = line_, .text = std::move(text), .time = moment.at, .style = moment.style};
    if (in.take_if("expect")) {
      step.what = read_expectation(in, moment.style, known());
    } else if (last_expect_ != 0 && moment.at == last_time_) {
      in.fail(cat("an event after the expectation of its second in line ", last_expect_,
                  ", which sees it too; expected before that line"));
    } else {
      step.what = read_event(in, moment.at);
    }
    in.expect_end();
    if (in.failed()) return;
    if (std::holds_alternative<ScenarioExpectation>(step.what)) last_expect_ = line_;
    last_at_ = line_;
    last_time_ = moment.at;
    scenario_.steps.push_back(std::move(step));
  }

  static void set_time(ScenarioStep& step, Timestamp time) {
    step.time = time;
    std::get<Event>(step.what).time = time;
  }

  // ---- scenarios ----

  void begin_scenario(std::string_view title, std::uint64_t line) {
    scenario_ = {.title = std::string(title), .line = line};
    policy_.emplace(folder_);
    named_.clear();
    last_at_ = last_expect_ = 0;
    in_error_ = false;
  }

  // Keeps the scenario, unless nothing but comments stood before the first title.
  void end_scenario() {
    if (scenario_.line == 0) return;
    const auto expects = [](const ScenarioStep& step) {
      return std::holds_alternative<ScenarioExpectation>(step.what);
    };
    // Behind an error nobody knows what the author had in mind.
    if (!in_error_ && std::none_of(scenario_.steps.begin(), scenario_.steps.end(), expects)) {
      report(scenario_.line, "a scenario that expects nothing, expected a line at TIME expect ...");
    }
    scenario_.policy = policy_->policy();
    text_.scenarios.push_back(std::move(scenario_));
  }

  // ---- events ----

  Event read_event(LineReader& in, Timestamp time) {
    Event event{.time = time};
    const std::string word = in.take("an event").text;
    if (in.failed()) return event;
    const auto form = std::find_if(event_forms.begin(), event_forms.end(),
                                   [&](const EventForm& one) { return one.word == word; });
    if (form == event_forms.end()) {
      constexpr std::string_view events[] = {"host",   "assign", "manipulation", "check",
                                             "rename", "remove", "expect"};
      in.fail(unknown_word("event", word, events));
      return event;
    }
    in.set_usage(form->usage);
    (this->*form->read)(in, event);
    return event;
  }

  void read_host(LineReader& in, Event& event) {
    event.type = EventType::host;
    event.host = mention(in.take_name("HOST"));
    std::map<std::string, std::vector<std::string_view>> needs;
    read_facts(in, event, needs);
    std::string packed;
    for (const auto& [of, members] : needs) append_need(packed, of, members);
    event.needs = StatedNeeds(keep(std::move(packed)));
    const std::string fault = fault_of(event.needs);
    if (!fault.empty()) in.fail(fault);
  }

  void read_facts(LineReader& in, Event& event,
                  std::map<std::string, std::vector<std::string_view>>& needs) {
    while (!in.at_end()) {
      const Word word = in.take("switch= or rack=");
      const std::size_t equals = std::min(word.text.find('='), word.text.size());
      const std::string key = word.text.substr(0, equals);
      if (policy_->policy().classes.contains(key) && equals < word.text.size()) {
        const bool is_first = !needs.contains(key);
        read_member(in, word, word.text.substr(equals + 1), needs[key], is_first);
        continue;
      }
      const bool is_known = key == "switch" || key == "rack";
      if (!is_known || equals == word.text.size()) {
        constexpr std::string_view keys[] = {"switch", "rack"};
        in.fail(cat("unknown fact ", in_quotes(word.text), ", expected switch=NAME or rack=NAME",
                    is_known ? "" : did_you_mean(key, keys)));
        return;
      }
      Place& place = key == "switch" ? event.on_switch : event.in_rack;
      if (place.says != Place::Says::nothing) in.fail(cat(key, " is stated twice"));
      place = read_place(in, word, word.text.substr(equals + 1));
    }
  }

  // One member, or `none`; whoever needs several says so again.
  void read_member(LineReader& in, const Word& word, std::string name,
                   std::vector<std::string_view>& members, bool is_first) {
    const bool is_none = name == "none" && !word.quoted;
    if (!is_first && (is_none || members.empty())) in.fail("none, expected it alone");
    if (is_none) return;
    in.expect_name(name, "NAME or none");
    members.push_back(mention(std::move(name)));
  }

  Place read_place(LineReader& in, const Word& word, std::string value) {
    if (value == "none" && !word.quoted) return {.says = Place::Says::none};
    in.expect_name(value, "NAME or none");
    return {.says = Place::Says::name, .name = mention(std::move(value))};
  }

  void read_assign(LineReader& in, Event& event) {
    event.type = EventType::assign;
    event.host = mention(in.take_name("HOST"));
  }

  void read_manipulation(LineReader& in, Event& event) {
    event.host = keep(known().take_named(in, "HOST"));
    const std::string phase = in.take("begin or end").text;
    constexpr std::string_view phases[] = {"begin", "end"};
    if (phase != phases[0] && phase != phases[1]) in.fail(unknown_word("phase", phase, phases));
    event.type = phase == "begin" ? EventType::manipulation_begin : EventType::manipulation_end;
  }

  void read_check(LineReader& in, Event& event) {
    event.type = EventType::check;
    event.host = mention(in.take_name("NAME"));
    event.service = keep(known().take_check(in));
    const Status status = take_status(in);
    in.take_keyword("since");
    event.report = {
        .status = status, .status_mtime = in.take_moment("TIME").at, .receive_time = event.time};
    if (in.take_if("measured")) event.report.metadata_timestamp = in.take_moment("TIME").at;
  }

  void read_rename(LineReader& in, Event& event) {
    event.type = EventType::rename;
    event.host = keep(known().take_named(in, "HOST"));
    in.take_keyword("to");
    event.to = mention(in.take_name("NAME"));
  }

  void read_remove(LineReader& in, Event& event) {
    event.type = EventType::remove;
    event.host = keep(known().take_named(in, "HOST"));
  }

  // ---- names ----

  std::string_view keep(std::string name) { return text_.names.emplace_back(std::move(name)); }

  // A name that this line brings in.
  std::string_view mention(std::string name) {
    const auto kept = named_.find(name);
    return kept != named_.end() ? *kept : *named_.insert(keep(std::move(name))).first;
  }

  // What the present line may speak of. Behind an error, a name may be missing because the line
  // that brings it in is the one in error.
  KnownNames known() const { return {named_, policy_->policy().checks, !in_error_}; }

  // ---- errors ----

  // A message may have several lines; each gets the place.
  void report(std::uint64_t line, std::string_view message) {
    while (!message.empty()) {
      const std::size_t end = message.find('\n');
      if (!errors_.empty()) errors_ += '\n';
      errors_ += cat(source_.name(), ":", line, ": ", message.substr(0, end));
      message = end == std::string_view::npos ? std::string_view() : message.substr(end + 1);
    }
    in_error_ = true;
    ++error_count_;
    if (error_count_ == most_errors) {
      errors_ += cat("\n", source_.name(), ":", line, ": too many errors, no more lines are read");
    }
  }

  static constexpr int most_errors = 20;

  LineSource& source_;
  std::string folder_;
  std::uint64_t line_ = 0;
  std::string errors_;
  int error_count_ = 0;
  ScenarioText text_;

  Scenario scenario_;
  bool in_error_ = false;  // some line of the scenario is
  std::optional<ScenarioPolicy> policy_;
  NameSet named_;  // hosts, switches and racks of the scenario
  Timestamp last_time_{};
  std::uint64_t last_at_ = 0;      // line of the last `at`; 0: none yet
  std::uint64_t last_expect_ = 0;  // line of an expectation at last_time_; 0: none
};

constexpr std::array<Parser::EventForm, 6> Parser::event_forms{{
    {"host", "at TIME host HOST [switch=NAME|none] [rack=NAME|none]", &Parser::read_host},
    {"assign", "at TIME assign HOST", &Parser::read_assign},
    {"manipulation", "at TIME manipulation HOST begin|end", &Parser::read_manipulation},
    {"check", "at TIME check NAME CHECK STATUS since TIME [measured TIME]", &Parser::read_check},
    {"rename", "at TIME rename HOST to NAME", &Parser::read_rename},
    {"remove", "at TIME remove HOST", &Parser::read_remove},
}};

}  // namespace

absl::StatusOr<ScenarioText> parse_scenarios(LineSource& source) { return Parser(source).parse(); }

}  // namespace vitals
