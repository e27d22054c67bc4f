// SPDX-License-Identifier: Apache-2.0
#include "audit/stated_audit.h"

#include <array>
#include <span>

#include "audit/catalogue_values.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/audit/catalogue_yaml.h"
#include "vitals/text_time.h"
#include "yaml/yaml_values.h"

namespace vitals::audit {
namespace {

template <class Owner>
struct Field {
  std::string_view path;
  void (*read)(YamlReader& in, const YamlValue& value, Owner& to);
};

struct Period {
  static constexpr std::string_view expected = "a period such as 30mins, 1day, 1h30m";
  static absl::StatusOr<Seconds> read(const YamlNode& scalar) {
    return parse_run_every(scalar.text);
  }
};

struct Timeout {
  static constexpr std::string_view expected = "a duration such as 30s, 5m";
  static absl::StatusOr<Seconds> read(const YamlNode& scalar) {
    auto length = parse_run_every(scalar.text);
    if (length.ok() && *length > longest_timeout) {
      return invalid(in_quotes(scalar.text), ", expected at most ",
                     format_duration(longest_timeout));
    }
    return length;
  }
};

struct Text {
  static constexpr std::string_view expected = "text";
  static absl::StatusOr<std::string> read(const YamlNode& scalar) {
    if (const std::string fault = fault_of_text(scalar.text); !fault.empty()) return invalid(fault);
    return scalar.text;
  }
};

template <class Format, auto member, class Owner>
constexpr Field<Owner> field(std::string_view path) {
  return {path, [](YamlReader& in, const YamlValue& value, Owner& to) {
            if (!in.expect_scalar(value, Format::expected)) return;
            const auto read = Format::read(value.node);
            if (!read.ok()) return in.error(value, to_std(read.status().message()));
            to.*member = *read;
          }};
}

std::optional<std::vector<std::string>> read_command(YamlReader& in, const YamlValue& sequence) {
  if (!in.expect_sequence(sequence)) return std::nullopt;
  if (const std::string fault = fault_of_length(sequence.node.items.size()); !fault.empty()) {
    in.error(sequence, fault);
    return std::nullopt;
  }
  std::vector<std::string> command;
  in.for_each_item(sequence, [&](const YamlValue& item) {
    if (!in.expect_scalar(item, "an argument")) return;
    const std::string fault = fault_of_argument(item.node.text, command.empty());
    if (!fault.empty()) return in.error(item, fault);
    command.push_back(item.node.text);
  });
  return command;
}

template <class Owner>
constexpr Field<Owner> command_field() {
  return {"command", [](YamlReader& in, const YamlValue& value, Owner& to) {
            to.command = read_command(in, value);
          }};
}

template <class Owner, std::size_t size>
void read_map(YamlReader& in, const std::array<Field<Owner>, size>& table, const YamlValue& map,
              Owner& owner) {
  if (!in.expect_map(map)) return;
  in.for_each_entry(map.node, map.path, [&](const YamlNode& key, const YamlValue& value) {
    const auto* const known = find_field(std::span<const Field<Owner>>(table), key.text);
    if (known != nullptr) return known->read(in, value, owner);
    in.unknown_key(key, value.path, outermost_keys(std::span<const Field<Owner>>(table)));
  });
}

using R = StatedRepair;
constexpr std::array repair_fields{
    command_field<R>(),
    field<Timeout, &R::timeout, R>("timeout"),
    field<Period, &R::again_after, R>("again_after"),
    field<YamlFlag, &R::enabled, R>("enabled"),
};

using A = StatedAudit;
constexpr std::array audit_fields{
    field<Period, &A::run_every, A>("run_every"),
    command_field<A>(),
    field<Timeout, &A::timeout, A>("timeout"),
    field<YamlFlag, &A::enabled, A>("enabled"),
    field<Text, &A::disabled_reason, A>("disabled_reason"),
    Field<A>{"repair",
             [](YamlReader& in, const YamlValue& value, A& to) {
               to.repair.emplace();
               read_map(in, repair_fields, value, *to.repair);
             }},
};

template <class Value>
const std::optional<Value>& first_of(const std::optional<Value>& stated,
                                     const std::optional<Value>& general) {
  return stated ? stated : general;
}

Repair complete_repair(YamlReader& in, const YamlValue& use, const StatedRepair& stated,
                       const StatedRepair& general) {
  const Repair defaults;
  Repair repair;
  repair.command = first_of(stated.command, general.command).value_or(std::vector<std::string>());
  repair.timeout = first_of(stated.timeout, general.timeout).value_or(defaults.timeout);
  repair.again_after =
      first_of(stated.again_after, general.again_after).value_or(defaults.again_after);
  repair.enabled = first_of(stated.enabled, general.enabled).value_or(defaults.enabled);
  if (repair.command.empty()) in.error(use, "a repair without command, expected one");
  return repair;
}

}  // namespace

StatedAudit read_audit(YamlReader& in, const YamlValue& map) {
  StatedAudit audit;
  read_map(in, audit_fields, map, audit);
  return audit;
}

Audit complete(YamlReader& in, const YamlValue& use, const StatedAudit& stated,
               const StatedAudit* general) {
  static const StatedAudit nothing;
  const StatedAudit& rest = general == nullptr ? nothing : *general;
  const Audit defaults;
  Audit audit;
  const auto& run_every = first_of(stated.run_every, rest.run_every);
  const auto& command = first_of(stated.command, rest.command);
  if (!run_every) in.error(use, "no run_every, expected how often it is run, such as 30mins");
  if (!command) in.error(use, "no command, expected one here or of that name in `audits`");
  audit.run_every = run_every.value_or(Seconds{1});
  audit.command = command.value_or(std::vector<std::string>());
  audit.timeout = first_of(stated.timeout, rest.timeout).value_or(defaults.timeout);
  audit.enabled = first_of(stated.enabled, rest.enabled).value_or(defaults.enabled);
  audit.disabled_reason = first_of(stated.disabled_reason, rest.disabled_reason).value_or("");
  if (audit.enabled && !audit.disabled_reason.empty()) {
    in.error(use, "a disabled_reason, but it is enabled, expected `enabled: false`");
  }
  if (stated.repair || rest.repair) {
    audit.repair = complete_repair(in, use, stated.repair.value_or(StatedRepair()),
                                   rest.repair.value_or(StatedRepair()));
  }
  return audit;
}

}  // namespace vitals::audit
