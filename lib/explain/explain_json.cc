// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "explain/explain_words.h"
#include "text/json_writer.h"
#include "vitals/explain.h"

namespace vitals {
namespace {

std::string_view name(RuleState state) {
  switch (state) {
    case RuleState::permits:
      return "permits";
    case RuleState::shuts_out:
      return "shuts_out";
    case RuleState::not_asked:
      return "not_asked";
    case RuleState::spared:
      break;
  }
  return "spared";
}

std::string_view name(LandmarkType type) {
  switch (type) {
    case LandmarkType::status_change:
      return "status_change";
    case LandmarkType::receipt:
      return "receipt";
    case LandmarkType::measurement:
      return "measurement";
    case LandmarkType::assign:
      return "assign";
    case LandmarkType::rename:
      return "rename";
    case LandmarkType::manipulation_begin:
      return "manipulation_begin";
    case LandmarkType::manipulation_end:
      return "manipulation_end";
    case LandmarkType::infrastructure_change:
      return "infrastructure_change";
    case LandmarkType::appear_by:
      return "appear_by";
    case LandmarkType::proof:
      return "proof";
    case LandmarkType::proof_by:
      break;
  }
  return "proof_by";
}

void write(JsonWriter& json, Reasons reasons) {
  std::vector<std::string> names;
  reasons.for_each([&](Reason reason) { names.emplace_back(name(reason)); });
  json.strings(names);
}

void write(JsonWriter& json, const Window& window) {
  if (window.empty()) return json.null();
  const std::array bounds{
      window.from == distant_past ? std::nullopt : std::optional(window.from),
      window.until == distant_future ? std::nullopt : std::optional(window.until)};
  json.list(bounds, [&](std::optional<Timestamp> bound) { json.time(bound); });
}

void write(JsonWriter& json, const Observation& seen) {
  json.object([&] {
    json.key("status").string(name(seen.status));
    json.key("status_mtime").time(seen.status_mtime);
    json.key("receive_time").time(seen.receive_time);
    json.key("metadata_timestamp").time(seen.metadata_timestamp);
    json.key("implausible").boolean(seen.implausible);
  });
}

void write(JsonWriter& json, const RuleExplanation& rule) {
  json.object([&] {
    json.key("rule").string(name(rule.reason));
    json.key("state").string(name(rule.state));
    json.key("object").string_or_null(rule.object);
    json.key("object_check").string_or_null(rule.object_check);
    if (!rule.of_class.empty()) {
      json.key("class").string(rule.of_class);
      json.key("behind").strings(rule.behind);
    }
    write(json.key("permitted"), rule.permitted);
    json.key("sentence").string(rule.sentence);
    json.key("remedy").string_or_null(rule.remedy);
  });
}

void write(JsonWriter& json, const Proof& proof) {
  json.object([&] {
    json.key("effective").time(proof.effective.at);
    json.key("formula").string(name(proof.effective.formula));
    json.key("sentence").string(proof.sentence);
    json.key("trusts").string(proof.trusts);
  });
}

void write(JsonWriter& json, const Decision& decision) {
  json.object([&] {
    json.key("at").time(decision.at);
    json.key("receipt_after").time(decision.receipt_after);
    json.key("change_after").time(decision.change_after);
    json.key("measured_after").time(decision.measured_after);
    json.key("proof_by").time(decision.proof_by);
    json.key("sentence").string(decision.sentence);
  });
}

void write(JsonWriter& json, const Forecast& next) {
  json.object([&] {
    json.key("from").time(next.from);
    write(json.key("excluded_by"), next.excluded_by);
  });
}

void write(JsonWriter& json, const Landmark& landmark) {
  json.object([&] {
    json.key("type").string(name(landmark.type));
    json.key("time").time(landmark.at);
    json.key("label").string(landmark.label);
  });
}

template <class Value>
void write_or_null(JsonWriter& json, const std::optional<Value>& value) {
  if (value) {
    write(json, *value);
  } else {
    json.null();
  }
}

void write_verdict(JsonWriter& json, const std::optional<Verdict>& verdict) {
  if (!verdict) {
    for (const char* key : {"counts", "excluded_by"}) json.key(key).null();
    return;
  }
  json.key("counts").boolean(verdict->counts());
  write(json.key("excluded_by"), verdict->excluded_by);
}

void write(JsonWriter& json, const Explanation& check) {
  const auto write_each = [&](const auto& one) { write(json, one); };
  json.object([&] {
    json.key("check").string(check.check);
    json.key("kind").string(name(check.policy.kind));
    json.key("required").boolean(check.policy.required);
    json.key("status").string_or_null(check.status ? name(*check.status) : "");
    write_verdict(json, check.verdict);
    json.key("blocked_by").strings(check.blocked_by);
    write(json.key("window"), check.verdict ? check.verdict->window : Window::never());
    json.key("next_change").time(check.verdict ? check.verdict->next_change : std::nullopt);
    write_or_null(json.key("observation"), check.observation);
    json.key("rules").list(check.rules, write_each);
    write_or_null(json.key("proof"), check.proof);
    write(json.key("decision"), check.decision);
    json.key("forecast").list(check.forecast, write_each);
    json.key("events").list(check.landmarks, write_each);
  });
}

}  // namespace

std::string to_json(const HostExplanation& host) {
  JsonWriter json;
  json.object([&] {
    json.key("time").time(host.now);
    json.key("host").string(host.host);
    json.key("state").string_or_null(host.state ? name(*host.state) : "");
    json.key("failing").strings(host.failing);
    json.key("waiting").strings(host.waiting);
    json.key("silent").strings(host.silent);
    json.key("checks").list(host.checks, [&](const Explanation& check) { write(json, check); });
  });
  return std::move(json).take();
}

}  // namespace vitals
