// SPDX-License-Identifier: Apache-2.0
#include "absl/strings/str_format.h"
#include "text/json_writer.h"
#include "vitals/calibrate.h"
#include "vitals/policy_value.h"

namespace vitals {
namespace {

void write(JsonWriter& json, Seconds length) {
  json.number(static_cast<std::uint64_t>(length.count()));
}

void write(JsonWriter& json, const Measured& row) {
  const auto length = [&](std::string_view key, Seconds value, bool is_there) {
    json.key(key);
    if (is_there) return write(json, value);
    json.null();
  };
  json.object([&] {
    json.key("constant").string(row.constant);
    json.key("what").string_or_null(row.what);
    json.key("check").string_or_null(row.check);
    json.key("samples").number(row.samples);
    length("shortest", row.shortest, row.samples > 0);
    length("p50", row.p50, row.samples > 0);
    length("p99", row.p99, row.samples > 0);
    length("p999", row.p999, row.samples > 0);
    length("longest", row.longest, row.samples > 0);
    length("allowed", row.allowed.value_or(Seconds{0}), row.allowed.has_value());
    json.key("formula").string_or_null(row.formula);
    json.key("exceeded").number(row.exceeded);
    json.key("left_out").number(row.left_out);
    json.key("fit").string(name(row.fit));
    json.key("note").string_or_null(row.note);
  });
}

void write_suggested(JsonWriter& json, const PolicySet& suggested, const PolicySet& policy) {
  json.list(value_paths(suggested), [&](const std::string& path) {
    const auto reason = suggested.origins.find(path);
    json.object([&] {
      json.key("value").string(path);
      json.key("is").string(value_of(suggested, path).value_or(""));
      json.key("was").string(value_of(policy, path).value_or(""));
      json.key("reason").string_or_null(reason == suggested.origins.end() ? "" : reason->second);
    });
  });
}

}  // namespace

std::string to_json(const Calibration& calibration, const PolicySet& policy) {
  JsonWriter json;
  json.object([&] {
    json.key("first").time(calibration.first);
    json.key("last").time(calibration.last);
    json.key("reports").number(calibration.reports);
    json.key("checks").number(calibration.checks);
    json.key("unnamed").object([&] {
      for (const auto& [name, count] : calibration.unnamed) json.key(name).number(count);
    });
    json.key("scale").object([&] {
      json.key("factor").literal(absl::StrFormat("%g", calibration.scale.factor));
      json.key("agreeing").number(calibration.scale.agreeing);
      json.key("compared").number(calibration.scale.compared);
      json.key("is_common").boolean(calibration.scale.is_common);
    });
    write(json.key("silence"), calibration.silence);
    json.key("has_silences").boolean(calibration.has_silences);
    json.key("untold").number(calibration.untold);
    json.key("untrue").number(calibration.untrue);
    json.key("measured").list(calibration.measured, [&](const Measured& row) { write(json, row); });
    json.key("suggested");
    if (calibration.suggested) {
      write_suggested(json, *calibration.suggested, policy);
    } else {
      json.null();
    }
  });
  return std::move(json).take();
}

}  // namespace vitals
