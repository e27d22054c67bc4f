// SPDX-License-Identifier: Apache-2.0
#include "coordinator/members.h"

#include <algorithm>
#include <array>
#include <utility>

#include "coordinator/rows.h"
#include "text/bridge.h"

namespace vitals::coordinator {
namespace {

struct Known {
  std::int64_t number = 0;
  std::string bot;
};
using KnownInstallations = std::map<std::string, Known, std::less<>>;

absl::StatusOr<KnownInstallations> load_known(sql::Connection& connection) {
  KnownInstallations known;
  const absl::Status status = connection.query(
      "SELECT i.id, i.number, b.id FROM installations i JOIN bots b ON b.number = i.bot", {},
      [&](const sql::Row& row) {
        known[std::string(row.text(0))] = {row.integer(1), std::string(row.text(2))};
      });
  if (!status.ok()) return status;
  return known;
}

absl::Status check(const KnownInstallations& known, const Config& config) {
  for (const auto& [id, as_known] : known) {
    const Installation* const stated = config.find(id);
    if (stated == nullptr) {
      return absl::FailedPreconditionError(cat("the database has an installation ", id,
                                               ", expected it in the configuration, ",
                                               "of type retired if it is gone"));
    }
    if (stated->bot != as_known.bot) {
      return absl::FailedPreconditionError(cat("installation ", id, " has the BOT ", as_known.bot,
                                               " in the database, expected the same instead of ",
                                               stated->bot, " in the configuration"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, std::int64_t>> write_bots(sql::Connection& connection,
                                                               const Config& config) {
  for (const Installation& installation : config.installations) {
    const auto written =
        connection.execute("INSERT INTO bots (id) VALUES ($1) ON CONFLICT DO NOTHING",
                           std::array{sql::Value(installation.bot)});
    if (!written.ok()) return written.status();
  }
  std::map<std::string, std::int64_t> numbers;
  const absl::Status status = connection.query(
      "SELECT id, number FROM bots", {},
      [&](const sql::Row& row) { numbers[std::string(row.text(0))] = row.integer(1); });
  if (!status.ok()) return status;
  return numbers;
}

}  // namespace

const Member* Membership::find(std::string_view id) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Member& member) { return member.is.id == id; });
  return found == members.end() ? nullptr : &*found;
}

const Member* Membership::find(std::int64_t number) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Member& member) { return member.number == number; });
  return found == members.end() ? nullptr : &*found;
}

absl::StatusOr<Membership> take_up(sql::Connection& connection, const Config& config) {
  auto transaction = sql::Transaction::begin(connection, sql::Begin::write);
  if (!transaction.ok()) return transaction.status();
  const auto known = load_known(connection);
  if (!known.ok()) return known.status();
  if (absl::Status status = check(*known, config); !status.ok()) return status;
  const auto bots = write_bots(connection, config);
  if (!bots.ok()) return bots.status();
  for (const Installation& installation : config.installations) {
    const auto written = connection.execute(
        "INSERT INTO installations (id, bot) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        std::array{sql::Value(installation.id), sql::Value(bots->at(installation.bot))});
    if (!written.ok()) return written.status();
  }
  const auto now_known = load_known(connection);
  if (!now_known.ok()) return now_known.status();
  Membership membership;
  membership.monitor_only = config.monitor_only;
  for (const Installation& installation : config.installations) {
    membership.members.push_back({.number = now_known->at(installation.id).number,
                                  .bot = bots->at(installation.bot),
                                  .is = installation,
                                  .listing = {}});
  }
  for (const auto& [id, number] : *bots) membership.bots[number] = id;
  if (absl::Status status = transaction->commit(); !status.ok()) return status;
  return membership;
}

absl::StatusOr<std::vector<Member>> load_members(sql::Connection& connection,
                                                 const Membership& membership) {
  std::vector<Member> members = membership.members;
  const absl::Status status = connection.query(
      "SELECT number, poll, started_at, received_at FROM installations WHERE poll > 0", {},
      [&](const sql::Row& row) {
        for (Member& member : members) {
          if (member.number != row.integer(0)) continue;
          member.listing = {.poll = row.integer(1),
                            .started_at = moment_in(row, 2),
                            .received_at = moment_in(row, 3)};
        }
      });
  if (!status.ok()) return status;
  return members;
}

}  // namespace vitals::coordinator
