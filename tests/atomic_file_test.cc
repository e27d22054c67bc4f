// SPDX-License-Identifier: Apache-2.0
// What a save leaves when the disk fails it: an error that says so, and a file that is whole.
#include "file/atomic_file.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "fleet_events.h"
#include "program.h"
#include "vitals/fleet.h"

namespace vitals {
namespace {

std::vector<std::string> names_in(const TemporaryFolder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path(""))) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

bool has_host(const std::string& path, const char* host) {
  absl::StatusOr<Fleet> fleet = Fleet::open(path, PolicySet{});
  INFO(fleet.status());
  REQUIRE(fleet.ok());
  return fleet->find_host(host).has_value();
}

Fleet fleet_of(const char* host) {
  Fleet fleet{PolicySet{}};
  apply(fleet, {fact(EventType::assign, 1000, host)});
  return fleet;
}

// Saves `young` while the nth of such calls fails.
Ran save_young(const std::string& path, const std::string& call, int nth, const std::string& how) {
  return run_shell("exec " + shell_quoted(VITALS_SAVE_ON_FAILING_DISK) + " " + shell_quoted(path) +
                   " " + call + " " + std::to_string(nth) + " " + how);
}

TEST_CASE("A disk that fails leaves the old file or the new one, and the next save works") {
  struct Row {
    const char* why;
    const char* call;
    int nth;
    int error;
    const char* message;
    bool is_replaced;
  };
  const Row rows[] = {
      {"the first write finds no room", "write", 1, ENOSPC, "cannot be written", false},
      {"a write midway finds no room", "write", 9, ENOSPC, "cannot be written", false},
      {"a write midway fails", "write", 9, EIO, "cannot be written", false},
      {"a write exceeds the quota", "write", 2, EDQUOT, "cannot be written", false},
      {"the bytes do not reach the disk", "fsync", 1, EIO, "cannot be brought to the disk", false},
      {"there is no room after all", "fsync", 1, ENOSPC, "cannot be brought to the disk", false},
      {"the name cannot be changed", "rename", 1, EIO, "cannot be replaced", false},
      {"no room for the name", "rename", 1, ENOSPC, "cannot be replaced", false},
      {"the end is not well", "close", 1, EIO, "cannot be closed", true},
      {"the folder does not reach the disk", "fsync", 2, EIO,
       "its folder cannot be brought to the disk", true},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const TemporaryFolder folder;
      const std::string path = folder.path("fleet");
      REQUIRE(fleet_of("old").save(path).ok());
      const std::string before = folder.read("fleet");

      const Ran ran = save_young(path, row.call, row.nth, std::to_string(row.error));
      CHECK(ran.exit_code == 1);
      CHECK(ran.out == path + ": " + row.message + ": " + std::strerror(row.error) + "\n");
      CHECK(names_in(folder) == std::vector<std::string>{"fleet"});
      CHECK((folder.read("fleet") == before) == !row.is_replaced);
      CHECK(has_host(path, row.is_replaced ? "young" : "old"));

      REQUIRE(fleet_of("next").save(path).ok());
      CHECK(has_host(path, "next"));
      CHECK(names_in(folder) == std::vector<std::string>{"fleet"});
    }
  }
}

TEST_CASE("A first save that the disk fails leaves nothing") {
  for (const char* call : {"write", "fsync", "rename"}) {
    CAPTURE(call);
    const TemporaryFolder folder;
    CHECK(save_young(folder.path("fleet"), call, 1, std::to_string(EIO)).exit_code == 1);
    CHECK(names_in(folder).empty());
  }
}

TEST_CASE("A write that is interrupted or takes a part of the bytes is gone on with") {
  for (const std::string& how : {std::to_string(EINTR), std::string("short")}) {
    for (const int nth : {1, 2, 9}) {
      CAPTURE(how, nth);
      const TemporaryFolder folder;
      const std::string path = folder.path("fleet");
      const Ran ran = save_young(path, "write", nth, how);
      CHECK(ran.exit_code == 0);
      CHECK(ran.out == "\n");
      CHECK(has_host(path, "young"));  // whoever opens it compares sizes and checksums
      CHECK(names_in(folder) == std::vector<std::string>{"fleet"});
    }
  }
}

TEST_CASE("A folder is not replaced by a file") {
  const TemporaryFolder folder;
  const std::string path = folder.path("fleet");
  std::filesystem::create_directory(path);
  folder.write("fleet/kept", "as it was");
  const std::string message(fleet_of("h1").save(path).message());
  CHECK(message == path + ": cannot be written: " + std::strerror(EISDIR));
  folder.write("r.ndjson", "{\"event\":\"assign\",\"time\":1000,\"host\":\"h1\"}\n");
  const Ran ran = run_program(
      {"explain", "--host", "h1", "--at", "1000", "--svg", path, folder.path("r.ndjson")});
  CHECK(ran.exit_code != 0);
  CHECK_THAT(ran.err, Catch::Contains(path + ": cannot be written: Is a directory"));
  CHECK(folder.read("fleet/kept") == "as it was");
  CHECK_FALSE(std::filesystem::exists(path + ".new"));
  std::filesystem::remove_all(path);
  CHECK(fleet_of("h1").save(path).ok());
}

}  // namespace
}  // namespace vitals
