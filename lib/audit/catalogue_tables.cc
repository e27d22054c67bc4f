// SPDX-License-Identifier: Apache-2.0
#include "audit/catalogue_tables.h"

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "audit/catalogue_values.h"
#include "audit/json_list.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/text_time.h"

namespace vitals::audit {
namespace {

using sql::Row;
using sql::Value;

class Loader {
 public:
  Loader(sql::Connection& connection, std::string_view source)
      : connection_(connection), source_(source) {}

  absl::StatusOr<Catalogue> load() {
    for (const auto part :
         {&Loader::load_hosts, &Loader::load_groups, &Loader::load_needs, &Loader::load_audits}) {
      if (absl::Status status = (this->*part)(); !status.ok()) return status;
    }
    if (errors_ > 0) return absl::InvalidArgumentError(text_);
    sort(catalogue_);
    return std::move(catalogue_);
  }

 private:
  static constexpr std::size_t most_errors = 100;

  [[nodiscard]] Origin origin(std::string_view table, const Row& row) const {
    return {cat(source_, ": ", table, " ", row.integer(0))};
  }

  void error(const Origin& origin, std::string_view what) {
    if (errors_ == most_errors) return;
    if (++errors_ > 1) text_ += '\n';
    text_ += cat(origin.text, ": ", what);
  }

  void tell(const Origin& origin, std::string_view column, const std::string& fault) {
    if (!fault.empty()) error(origin, cat(column, ": ", fault));
  }

  bool flag(const Row& row, int column, std::string_view table, std::string_view name) {
    const std::int64_t value = row.integer(column);
    if (value != 0 && value != 1) {
      error(origin(table, row), cat(name, " is ", value, ", expected 0 or 1"));
    }
    return value != 0;
  }

  // Null is unstated; an empty text says that there is none.
  std::optional<std::string> place(const Row& row, int column, std::string_view name) {
    if (row.is_null(column)) return std::nullopt;
    if (!row.text(column).empty())
      tell(origin("hosts", row), name, fault_of_name(row.text(column)));
    return std::string(row.text(column));
  }

  absl::Status load_hosts() {
    return connection_.query(
        "SELECT id, name, ip_address, network_switch, rack FROM hosts", {}, [this](const Row& row) {
          const Host& host =
              catalogue_.hosts.emplace_back(Host{.name = std::string(row.text(1)),
                                                 .address = std::string(row.text(2)),
                                                 .on_switch = place(row, 3, "network_switch"),
                                                 .in_rack = place(row, 4, "rack"),
                                                 .origin = origin("hosts", row)});
          tell(host.origin, "name", fault_of_owner(host.name));
          if (!host.address.empty()) {
            tell(host.origin, "ip_address", fault_of_address(host.address));
          }
        });
  }

  absl::Status load_groups() {
    std::map<std::string, std::size_t, std::less<>> numbers;
    absl::Status status = connection_.query(
        "SELECT id, name, repairs_at_once, repairs_in_percent FROM host_groups", {},
        [&](const Row& row) {
          const std::int64_t limit = row.integer(2);
          const bool is_percent = flag(row, 3, "host_groups", "repairs_in_percent");
          numbers.emplace(row.text(1), catalogue_.groups.size());
          catalogue_.groups.push_back(
              {.name = std::string(row.text(1)),
               .repairs_at_once = {static_cast<std::uint32_t>(limit), is_percent},
               .origin = origin("host_groups", row)});
          tell(catalogue_.groups.back().origin, "name", fault_of_owner(row.text(1)));
          if (limit < 1 || limit > (is_percent ? 100 : 1'000'000)) {
            error(catalogue_.groups.back().origin,
                  cat("repairs_at_once is ", limit, ", expected 1 or more, and 100 % at most"));
          }
        });
    if (!status.ok()) return status;
    return connection_.query("SELECT group_name, host FROM group_hosts", {}, [&](const Row& row) {
      const auto group = numbers.find(row.text(0));
      if (group == numbers.end()) {
        return error({cat(source_, ": group_hosts ", printable(row.text(1)))},
                     cat("the group ", in_quotes(row.text(0)), " is unknown"));
      }
      catalogue_.groups[group->second].hosts.emplace_back(row.text(1));
    });
  }

  absl::Status load_needs() {
    StringMap<std::vector<ClassNeed>*> needs_of;
    for (Host& host : catalogue_.hosts) needs_of[host.name] = &host.needs;
    for (Group& group : catalogue_.groups) needs_of[group.name] = &group.needs;
    return connection_.query(
        "SELECT owner, class_name, members FROM class_needs", {}, [&](const Row& row) {
          const std::string_view of_class = row.text(1);
          Origin origin{
              cat(source_, ": class_needs ", printable(row.text(0)), " ", printable(of_class))};
          const auto owner = needs_of.find(row.text(0));
          if (owner == needs_of.end())
            return error(origin, "the owner is neither a group nor a host");
          tell(origin, "class_name", fault_of_name(of_class));
          auto members = read_json_list(row.text(2));
          if (!members) {
            return error(origin, cat("the members ", in_quotes(row.text(2)),
                                     ", expected a list such as [\"s1\", \"{host}\"]"));
          }
          for (const std::string& member : *members) {
            tell(origin, "members", fault_of_member(member));
          }
          owner->second->push_back({std::string(of_class), *std::move(members), std::move(origin)});
        });
  }

  Seconds length(const Row& row, int column, std::string_view name, Seconds most) {
    const Seconds length{row.integer(column)};
    if (length <= Seconds::zero() || length > most) {
      error(origin("audits", row),
            cat(name, " is ", length.count(), " seconds, expected 1 to ", most.count()));
    }
    return length;
  }

  std::vector<std::string> command(const Row& row, int column, std::string_view name) {
    auto command = read_json_list(row.text(column));
    if (!command) {
      error(origin("audits", row), cat(name, ": ", in_quotes(row.text(column)),
                                       ", expected a list such as [\"check_ssh\", \"-H\"]"));
      return {};
    }
    tell(origin("audits", row), name, fault_of_length(command->size()));
    for (std::size_t i = 0; i < command->size(); ++i) {
      tell(origin("audits", row), name, fault_of_argument((*command)[i], i == 0));
    }
    return *std::move(command);
  }

  absl::Status load_audits() {
    return connection_.query(
        "SELECT id, owner, name, run_every, command, timeout, disabled, disabled_reason, "
        "repair_command, repair_timeout, repair_again_after, repair_enabled FROM audits",
        {}, [this](const Row& row) {
          Audit audit{.owner = std::string(row.text(1)),
                      .name = std::string(row.text(2)),
                      .run_every = length(row, 3, "run_every", longest_duration),
                      .command = command(row, 4, "command"),
                      .timeout = length(row, 5, "timeout", longest_timeout),
                      .enabled = !flag(row, 6, "audits", "disabled"),
                      .disabled_reason = std::string(row.text(7)),
                      .repair = std::nullopt,
                      .origin = origin("audits", row)};
          // A reason that was left behind when somebody turned the audit on again.
          if (audit.enabled) audit.disabled_reason.clear();
          const bool repairs = flag(row, 11, "audits", "repair_enabled");
          if (row.is_null(8)) {
            if (repairs) error(audit.origin, "repair_enabled is 1, without a repair_command");
          } else {
            audit.repair =
                Repair{.command = command(row, 8, "repair_command"),
                       .timeout = length(row, 9, "repair_timeout", longest_timeout),
                       .again_after = length(row, 10, "repair_again_after", longest_duration),
                       .enabled = repairs};
          }
          tell(audit.origin, "name", fault_of_name(audit.name));
          tell(audit.origin, "disabled_reason", fault_of_text(audit.disabled_reason));
          catalogue_.audits.push_back(std::move(audit));
        });
  }

  sql::Connection& connection_;
  std::string source_;
  Catalogue catalogue_;
  std::string text_;
  std::size_t errors_ = 0;
};

Value text_or_null(const std::optional<std::string>& text) { return text ? Value(*text) : Value(); }

Value value_of(bool yes) { return Value(std::int64_t{yes ? 1 : 0}); }

absl::Status store_hosts(sql::Connection& connection, const Catalogue& catalogue) {
  std::vector<Value> values;
  for (const Host& host : catalogue.hosts) {
    for (const Value& value : {Value(host.name), sql::text_or_null(host.address),
                               text_or_null(host.on_switch), text_or_null(host.in_rack)}) {
      values.push_back(value);
    }
  }
  return connection.load("hosts", "name, ip_address, network_switch, rack", 4, values);
}

absl::Status store_groups(sql::Connection& connection, const Catalogue& catalogue) {
  std::vector<Value> groups;
  std::vector<Value> members;
  for (const Group& group : catalogue.groups) {
    const RepairLimit limit = group.repairs_at_once;
    for (const Value& value :
         {Value(group.name), Value(std::int64_t{limit.number}), value_of(limit.is_percent)}) {
      groups.push_back(value);
    }
    for (const std::string& host : group.hosts) {
      members.emplace_back(group.name);
      members.emplace_back(host);
    }
  }
  const absl::Status status =
      connection.load("host_groups", "name, repairs_at_once, repairs_in_percent", 3, groups);
  return status.ok() ? connection.load("group_hosts", "group_name, host", 2, members) : status;
}

absl::Status store_needs(sql::Connection& connection, const Catalogue& catalogue) {
  std::vector<Value> values;
  std::deque<std::string> members;  // pointed to by the values
  const auto add = [&](const std::string& owner, const std::vector<ClassNeed>& needs) {
    for (const ClassNeed& need : needs) {
      members.push_back(json_list(need.members));
      for (const Value& value : {Value(owner), Value(need.of_class), Value(members.back())}) {
        values.push_back(value);
      }
    }
  };
  for (const Host& host : catalogue.hosts) add(host.name, host.needs);
  for (const Group& group : catalogue.groups) add(group.name, group.needs);
  return connection.load("class_needs", "owner, class_name, members", 3, values);
}

absl::Status store_audits(sql::Connection& connection, const Catalogue& catalogue) {
  std::vector<Value> values;
  std::deque<std::string> commands;  // pointed to by the values
  const auto keep = [&](const std::vector<std::string>& command) {
    commands.push_back(json_list(command));
    return Value(commands.back());
  };
  for (const Audit& audit : catalogue.audits) {
    const Repair repair = audit.repair.value_or(Repair());
    for (const Value& value :
         {Value(audit.owner), Value(audit.name), Value(audit.run_every.count()),
          keep(audit.command), Value(audit.timeout.count()), value_of(!audit.enabled),
          Value(audit.disabled_reason), audit.repair ? keep(repair.command) : Value(),
          Value(repair.timeout.count()), Value(repair.again_after.count()),
          value_of(repair.enabled)}) {
      values.push_back(value);
    }
  }
  return connection.load("audits",
                         "owner, name, run_every, command, timeout, disabled, disabled_reason, "
                         "repair_command, repair_timeout, repair_again_after, repair_enabled",
                         11, values);
}

}  // namespace

absl::StatusOr<Catalogue> load_catalogue(sql::Connection& connection, std::string_view source) {
  return Loader(connection, source).load();
}

absl::Status store_catalogue(sql::Connection& connection, const Catalogue& catalogue) {
  absl::Status status = connection.script(
      "DELETE FROM audits; DELETE FROM class_needs; DELETE FROM group_hosts; "
      "DELETE FROM host_groups; DELETE FROM hosts");
  for (const auto store : {store_hosts, store_groups, store_needs, store_audits}) {
    if (status.ok()) status = store(connection, catalogue);
  }
  return status;
}

}  // namespace vitals::audit
