// SPDX-License-Identifier: Apache-2.0
#include "databases.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

#include "sql/sql.h"

namespace vitals {
namespace {

// Where the programs of a PostgreSQL are; of several, the latest.
std::string programs() {
  std::string latest;
  const std::filesystem::path all = "/usr/lib/postgresql";
  if (!std::filesystem::exists(all)) return latest;
  for (const auto& version : std::filesystem::directory_iterator(all)) {
    const std::string path = (version.path() / "bin").string();
    if (std::filesystem::exists(path + "/initdb") && path > latest) latest = path;
  }
  return latest;
}

bool is_root() { return geteuid() == 0; }

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string path = (std::filesystem::temp_directory_path() / "vitals-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = path;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

PostgresqlServer& PostgresqlServer::of_this_process() {
  static PostgresqlServer server;
  return server;
}

PostgresqlServer::PostgresqlServer() {
  if (programs().empty()) throw std::runtime_error("no PostgreSQL in /usr/lib/postgresql");
  if (is_root() && std::system(("chown postgres " + directory_.path()).c_str()) != 0) {
    throw std::runtime_error("no user postgres");
  }
  run("initdb --no-sync --auth trust --username postgres --encoding UTF8 --locale C -D " +
      directory_.path() + "/data");
  start();
}

PostgresqlServer::~PostgresqlServer() {
  try {
    stop_immediately();
  } catch (const std::exception&) {
    // Stopped already.
  }
}

void PostgresqlServer::run(const std::string& command) const {
  const std::string log = directory_.path() + "/log";
  const std::string as = is_root() ? "runuser -u postgres -- " : "";
  const std::string whole =
      "cd " + directory_.path() + " && " + as + programs() + "/" + command + " >>" + log + " 2>&1";
  if (std::system(whole.c_str()) == 0) return;
  std::ifstream file(log);
  throw std::runtime_error(command + "\n" + std::string(std::istreambuf_iterator<char>(file), {}));
}

// Without waiting for disks: tests kill processes, not machines.
void PostgresqlServer::start() {
  run("pg_ctl -w -D " + directory_.path() + "/data -o \"-c listen_addresses='' -c fsync=off -k " +
      directory_.path() + "\" -l " + directory_.path() + "/data/server.log start");
}

void PostgresqlServer::stop_immediately() {
  run("pg_ctl -w -m immediate -D " + directory_.path() + "/data stop");
}

std::string PostgresqlServer::make_database() {
  const std::string name = "test" + std::to_string(++databases_);
  run("psql -q -U postgres -h " + directory_.path() + " -c 'CREATE DATABASE " + name +
      "' postgres");
  return "postgresql://postgres@/" + name + "?host=" + directory_.path();
}

bool is_wanted(const std::string& kind) {
  const char* const wanted = std::getenv("VITALS_DATABASE");
  if (wanted != nullptr) return wanted == kind;
  return kind != "postgresql" || !programs().empty();
}

TestDatabase make_sqlite() {
  auto directory = std::make_shared<TemporaryDirectory>();
  return {"sqlite", "sqlite:" + directory->path() + "/coordinator.db", directory};
}

TestDatabase make_postgresql() {
  return {"postgresql", PostgresqlServer::of_this_process().make_database(), nullptr};
}

void empty(const TestDatabase& database) {
  if (database.directory != nullptr) {
    for (const auto& file : std::filesystem::directory_iterator(database.directory->path())) {
      std::filesystem::remove(file);
    }
    return;
  }
  auto connection = sql::Connection::open(database.url);
  if (!connection.ok() ||
      !(*connection)->script("DROP SCHEMA public CASCADE; CREATE SCHEMA public").ok()) {
    throw std::runtime_error("cannot empty " + database.url);
  }
}

void on_each_database(const std::function<void(const TestDatabase&)>& test) {
  if (is_wanted("sqlite")) {
    DYNAMIC_SECTION("on SQLite") { test(make_sqlite()); }
  }
  if (is_wanted("postgresql")) {
    DYNAMIC_SECTION("on PostgreSQL") { test(make_postgresql()); }
  }
}

}  // namespace vitals
