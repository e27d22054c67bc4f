// SPDX-License-Identifier: Apache-2.0
// Comparisons and sweeps as JSON. Lengths are seconds, moments Unix seconds.
#include <string_view>
#include <vector>

#include "compare/compare_words.h"
#include "text/json_writer.h"
#include "vitals/compare.h"
#include "vitals/vary.h"

namespace vitals {
namespace {

void write(JsonWriter& json, const Stretches& is) {
  json.object([&] {
    json.key("count").count(is.count);
    json.key("hosts").count(is.hosts);
    json.key("total").length(is.total);
    json.key("longest").length(is.longest);
  });
}

void write_percentile(JsonWriter& json, std::string_view key, const std::vector<Seconds>& sorted,
                      int percent) {
  const std::optional<Seconds> length = percentile(sorted, percent);
  json.key(key);
  if (!length) return json.null();
  json.length(*length);
}

void write_percentiles(JsonWriter& json, const std::vector<Seconds>& sorted) {
  write_percentile(json, "p50", sorted, 50);
  write_percentile(json, "p99", sorted, 99);
  write_percentile(json, "max", sorted, 100);
}

void write(JsonWriter& json, const Waits& is) {
  json.object([&] {
    json.key("ended").count(is.ended.size());
    json.key("cut_short").count(is.cut_short);
    json.key("unfinished").count(is.unfinished);
    write_percentiles(json, is.ended);
  });
}

// How many, and which share that may be.
void write_share(JsonWriter& json, std::string_view key, std::uint64_t hits, std::uint64_t of) {
  json.key(key).object([&] {
    json.key("count").count(hits);
    json.key("share").share(share_of(hits, of));
    json.key("at_most").share(upper_bound(hits, of));
  });
}

void write(JsonWriter& json, const Answers& is, bool has_truth) {
  json.object([&] {
    json.key("given").count(is.given);
    write_share(json, "taken_back", is.taken_back, is.given);
    if (!has_truth) return;
    json.key("known").count(is.known);
    write_share(json, "outdated", is.outdated, is.known);
    write_share(json, "accusing", is.accusing, is.known);
    write_share(json, "hiding", is.hiding, is.known);
  });
}

void write(JsonWriter& json, const CheckResult& is, bool has_truth) {
  json.object([&] {
    json.key("check").string(is.check);
    json.key("judged").length(is.judged);
    json.key("counted").length(is.counted);
    write(json.key("waits"), is.waits);
    write(json.key("answers"), is.answers, has_truth);
    if (!has_truth) return;
    json.key("known").length(is.known);
    write(json.key("false_accusations"), is.false_accusations);
    write(json.key("missed_faults"), is.missed_faults);
  });
}

// The members of a result, inside of an object.
void write_members(JsonWriter& json, const PolicyResult& is, bool has_truth) {
  const CheckResult all = all_checks(is);
  json.key("judged").length(all.judged);
  json.key("counted").length(all.counted);
  write(json.key("check_waits"), all.waits);
  write(json.key("host_waits"), is.host_waits);
  write(json.key("repairs"), is.repairs, has_truth);
  if (has_truth) {
    write(json.key("false_accusations"), is.false_accusations);
    write(json.key("missed_faults"), is.missed_faults);
  }
  json.key("checks").list(is.checks, [&](const CheckResult& one) { write(json, one, has_truth); });
}

void write_members(JsonWriter& json, const ComparedTime& is) {
  json.key("from").time(is.from);
  json.key("until").time(is.until);
  json.key("hosts").count(is.hosts);
  json.key("repairs").count(is.repairs);
  json.key("has_truth").boolean(is.has_truth);
}

void write(JsonWriter& json, const std::vector<DifferenceExample>& first) {
  json.list(first, [&](const DifferenceExample& one) {
    json.object([&] {
      json.key("time").time(one.time);
      json.key("host").string(one.host);
    });
  });
}

void write(JsonWriter& json, const Difference& is) {
  json.object([&] {
    json.key("check").string(is.check);
    json.key("type").string(difference_type_names[static_cast<std::size_t>(is.type)]);
    json.key("under");
    if (is.type == DifferenceType::any) {
      json.null();
    } else {
      json.count(is.under);
    }
    json.key("reason").string_or_null(is.reason ? name(*is.reason) : std::string_view());
    write(json.key("stretches"), is.stretches);
    write(json.key("first"), is.first);
  });
}

void write(JsonWriter& json, const StateDifference& is) {
  json.object([&] {
    json.key("states").list(is.states, [&](HostState state) { json.string(name(state)); });
    write(json.key("stretches"), is.stretches);
    write(json.key("first"), is.first);
  });
}

void write_members(JsonWriter& json, const Sooner& is) {
  json.key("both").count(is.by.size());
  json.key("only_first").count(is.only_first);
  json.key("only_second").count(is.only_second);
  write_percentiles(json, is.by);
}

void write_sooner(JsonWriter& json, const Comparison& is) {
  json.object([&] {
    json.key("host").object([&] { write_members(json, is.hosts_sooner); });
    json.key("checks").list(is.checks_sooner, [&](const CheckSooner& one) {
      json.object([&] {
        json.key("check").string(one.check);
        write_members(json, one.sooner);
      });
    });
  });
}

void write(JsonWriter& json, const ValueDifference& is) {
  const auto write_value = [&](const std::optional<std::string>& value) {
    value ? json.string(*value) : json.null();
  };
  json.object([&] {
    json.key("path").string(is.path);
    json.key("values").list(std::array{is.first, is.second}, write_value);
  });
}

}  // namespace

std::string to_json(const Comparison& comparison, const std::array<std::string, 2>& names) {
  JsonWriter json;
  json.object([&] {
    write_members(json, comparison.time);
    json.key("values").list(comparison.values,
                            [&](const ValueDifference& one) { write(json, one); });
    std::size_t index = 0;
    json.key("policies").list(comparison.results, [&](const PolicyResult& result) {
      json.object([&] {
        json.key("policy").string(names[index++]);
        write_members(json, result, comparison.time.has_truth);
      });
    });
    json.key("differences").list(comparison.differences, [&](const Difference& one) {
      write(json, one);
    });
    json.key("state_differences")
        .list(comparison.state_differences, [&](const StateDifference& one) { write(json, one); });
    write_sooner(json.key("sooner"), comparison);
  });
  return std::move(json).take();
}

std::string to_json(const Sweep& sweep) {
  JsonWriter json;
  json.object([&] {
    write_members(json, sweep.time);
    json.key("path").string(sweep.variation.path);
    json.key("own").string(sweep.variation.values[sweep.variation.own]);
    std::size_t index = 0;
    json.key("values").list(sweep.results, [&](const PolicyResult& result) {
      json.object([&] {
        json.key("value").string(sweep.variation.values[index++]);
        write_members(json, result, sweep.time.has_truth);
      });
    });
  });
  return std::move(json).take();
}

}  // namespace vitals
