// SPDX-License-Identifier: Apache-2.0
// Writes a fleet as the columns that a database would hold, and which of its checks count by our
// engine, for bench/peers/compare.py: dump_fleet FOLDER HOSTS.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "fleet_maker.h"

namespace {

using namespace vitals;
using namespace vitals::bench;

// A row of the table of checks; all numbers are 64 bits, moments Unix seconds, -1 for none.
struct Row {
  std::int64_t host, slot, kind, period, status, receive_time, status_mtime, metadata_timestamp,
      implausible, observed;
};

struct HostRow {
  std::int64_t on_switch, in_rack, manipulation_ended, renamed, under_manipulation;
};

struct PlaceRow {
  std::int64_t kind, status, receive_time, status_mtime, implausible, observed;
};

template <class Value>
void write(const std::filesystem::path& path, const std::vector<Value>& values) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(Value)));
}

std::int64_t seconds(const std::optional<Timestamp>& moment) {
  return moment ? moment->time_since_epoch().count() : -1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: dump_fleet FOLDER HOSTS\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  Maker maker(static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)));
  Fleet fleet = maker.fleet();
  fleet.visit_changes(noon, [](const CheckChange&) {});

  const std::size_t count = std::size_t{fleet.host_count()} * host_checks.size();
  std::vector<Row> rows(count);
  std::vector<HostRow> hosts(fleet.host_count(), HostRow{-1, -1, -1, -1, 0});
  std::vector<PlaceRow> places;
  std::map<std::string, std::int64_t, std::less<>> place_rows;
  const auto place_row = [&](const Dependency& on, std::string_view name) {
    const auto [at, is_new] = place_rows.try_emplace(
        std::string(name) + '/' + std::string(vitals::name(on.kind)), places.size());
    if (is_new) {
      PlaceRow row{static_cast<std::int64_t>(on.kind), 0, 0, 0, 0, 0};
      if (on.observation != nullptr) {
        row.status = static_cast<std::int64_t>(on.observation->status);
        row.receive_time = seconds(on.observation->receive_time);
        row.status_mtime = seconds(on.observation->status_mtime);
        row.implausible = on.observation->implausible;
        row.observed = 1;
      }
      places.push_back(row);
    }
    return at->second;
  };
  for (std::uint32_t i = 0; i < maker.hosts(); ++i) {
    const std::uint32_t host = *fleet.find_host(maker.name(i));
    fleet.visit_checks(maker.name(i), [&](const CheckView& view) {
      const auto slot = static_cast<std::size_t>(
          std::lower_bound(host_checks.begin(), host_checks.end(), view.check) -
          host_checks.begin());
      const Question& about = view.question;
      Row row{};
      row.host = host;
      row.slot = static_cast<std::int64_t>(slot);
      row.kind = static_cast<std::int64_t>(about.check.kind);
      row.period = about.check.period.count();
      if (about.observation != nullptr) {
        row.status = static_cast<std::int64_t>(about.observation->status);
        row.receive_time = seconds(about.observation->receive_time);
        row.status_mtime = seconds(about.observation->status_mtime);
        row.metadata_timestamp = seconds(about.observation->metadata_timestamp);
        row.implausible = about.observation->implausible;
        row.observed = 1;
      }
      rows[host * host_checks.size() + slot] = row;
      HostRow& facts = hosts[host];
      facts.manipulation_ended = seconds(about.host.manipulation_ended);
      facts.renamed = seconds(about.host.renamed);
      facts.under_manipulation = about.host.under_manipulation;
      for (std::size_t d = 0; d < about.dependencies.size(); ++d) {
        const Dependency& on = about.dependencies[d];
        (on.kind == Kind::netmon ? facts.on_switch : facts.in_rack) =
            place_row(on, view.dependency_names[d].object);
      }
    });
  }
  std::vector<std::uint64_t> bits;
  fleet.judge(noon, bits);
  write(folder / "checks.bin", rows);
  write(folder / "hosts.bin", hosts);
  write(folder / "places.bin", places);
  write(folder / "counts.bin", bits);
}
