// SPDX-License-Identifier: Apache-2.0
// Databases for tests: files of SQLite, and a PostgreSQL of our own in a private directory, which
// listens to nobody but through a socket there. VITALS_DATABASE=sqlite or =postgresql runs the
// tests on one of them alone.
#ifndef VITALS_TESTS_COORDINATOR_DATABASES_H
#define VITALS_TESTS_COORDINATOR_DATABASES_H

#include <functional>
#include <memory>
#include <string>

namespace vitals {

// A directory that is there as long as this.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The server of this process; started when it is first asked for, stopped when the process ends.
class PostgresqlServer {
 public:
  static PostgresqlServer& of_this_process();

  // A new, empty database.
  [[nodiscard]] std::string make_database();

  void stop_immediately();  // as if its machine lost power, but for what the system wrote down
  void start();

  PostgresqlServer(const PostgresqlServer&) = delete;
  PostgresqlServer& operator=(const PostgresqlServer&) = delete;
  ~PostgresqlServer();

 private:
  PostgresqlServer();
  // Runs a command of PostgreSQL, as a user who may: it refuses to serve for root.
  void run(const std::string& command) const;

  TemporaryDirectory directory_;
  int databases_ = 0;
};

struct TestDatabase {
  std::string name;  // of the kind
  std::string url;
  std::shared_ptr<TemporaryDirectory> directory{};  // of a file
};

[[nodiscard]] bool is_wanted(const std::string& kind);
[[nodiscard]] TestDatabase make_sqlite();
[[nodiscard]] TestDatabase make_postgresql();

// Takes everything out of a database that nobody has open.
void empty(const TestDatabase& database);

// Runs a test on a new database of each kind that is wanted.
void on_each_database(const std::function<void(const TestDatabase&)>& test);

}  // namespace vitals

#endif  // VITALS_TESTS_COORDINATOR_DATABASES_H
