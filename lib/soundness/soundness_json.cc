// SPDX-License-Identifier: Apache-2.0
// What was found about soundness as JSON.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "soundness/soundness_words.h"
#include "text/bridge.h"
#include "text/json_writer.h"
#include "vitals/policy_result.h"
#include "vitals/soundness.h"

namespace vitals {
namespace {

void write_seconds(JsonWriter& json, std::optional<Seconds> length) {
  if (!length) return json.null();
  json.literal(cat(length->count()));
}

void write_part(JsonWriter& json, double part) { json.literal(absl::StrFormat("%.3f", part)); }

void write(JsonWriter& json, const RepairRisk& risk) {
  json.object([&] {
    json.key("repairs").number(risk.repairs);
    for (std::size_t i = 0; i < belief_names.size(); ++i) {
      json.key(belief_names[i]).object([&] {
        json.key("believed").number(risk.believed[i]);
        json.key("crit").number(risk.believed_crit[i]);
        json.key("per_million");
        write_part(json, part_of(risk.believed[i], risk.repairs, 1e6));
        json.key("at_most_per_million");
        write_part(json, upper_bound(risk.believed[i], risk.repairs) * 1e6);
        json.key("nearest");
        if (risk.nearest[i]) {
          write_part(json, std::chrono::duration<double>(*risk.nearest[i]).count());
        } else {
          json.null();
        }
      });
    }
  });
}

void write(JsonWriter& json, const BrokenAssumption& broken) {
  json.object([&] {
    json.key("assumption").string(assumption_names[static_cast<std::size_t>(broken.assumption)]);
    json.key("stated");
    write_seconds(json, broken.stated);
    json.key("bound");
    write_seconds(json, broken.bound);
    json.key("points").list(broken.points, [&](const BrokenAssumption::Point& point) {
      json.object([&] {
        json.key("value");
        write_seconds(json, point.value);
        json.key("risk");
        write(json, point.risk);
      });
    });
  });
}

void write(JsonWriter& json, const Accusations& found) {
  json.object([&] {
    json.key("checks").number(found.checks);
    for (std::size_t i = 0; i < settling_names.size(); ++i) {
      json.key(settling_names[i]).object([&] {
        for (std::size_t j = 0; j < left_out_names.size(); ++j) {
          json.key(left_out_names[j]).object([&] {
            json.key("accused").number(found.accused[i][j]);
            json.key("per_10000");
            write_part(json, part_of(found.accused[i][j], found.checks, 1e4));
            json.key("at_most_per_10000");
            write_part(json, upper_bound(found.accused[i][j], found.checks) * 1e4);
            json.key("mean_wait");
            write_seconds(json,
                          mean_wait(found, static_cast<Settling>(i), static_cast<LeftOut>(j)));
          });
        }
      });
    }
  });
}

}  // namespace

std::string to_json(const Soundness& found) {
  JsonWriter json;
  json.object([&] {
    json.key("sound");
    write(json, found.sound);
    json.key("margins").object([&] {
      for (std::size_t i = 0; i < belief_names.size(); ++i) {
        json.key(belief_names[i]);
        write_seconds(json, found.margins[i]);
      }
    });
    json.key("broken").list(found.broken,
                            [&](const BrokenAssumption& broken) { write(json, broken); });
    json.key("failures").list(found.failures, [&](const FailureRisk& risk) {
      json.object([&] {
        json.key("fails").string(failing(risk.kind));
        json.key("shelter").string(shelter_names[static_cast<std::size_t>(risk.shelter)]);
        json.key("besides").string(mishap_names[static_cast<std::size_t>(risk.mishap)]);
        json.key("found");
        write(json, risk.found);
      });
    });
    json.key("faults");
    if (found.faults) {
      write(json, *found.faults);
    } else {
      json.null();
    }
  });
  return std::move(json).take();
}

}  // namespace vitals
