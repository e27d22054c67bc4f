// SPDX-License-Identifier: Apache-2.0
#include "sql/sql.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "databases.h"
#include "sql/migrate.h"

namespace vitals::sql {
namespace {

std::unique_ptr<Connection> open(const TestDatabase& database,
                                 const ConnectionOptions& options = {}) {
  auto connection = Connection::open(database.url, options);
  INFO(connection.status());
  REQUIRE(connection.ok());
  return std::move(*connection);
}

constexpr std::array<Migration, 1> first{
    "CREATE TABLE things (number {integer} NOT NULL PRIMARY KEY, word TEXT UNIQUE) {end}"};
constexpr std::array<Migration, 2> both{
    first[0],
    "ALTER TABLE things ADD COLUMN more {integer}; CREATE INDEX things_more ON things (more)"};

std::vector<std::string> words(Connection& connection) {
  std::vector<std::string> all;
  REQUIRE(
      connection
          .query("SELECT word FROM things ORDER BY number", {},
                 [&](const Row& row) { all.emplace_back(row.is_null(0) ? "null" : row.text(0)); })
          .ok());
  return all;
}

TEST_CASE("values come back as they were given, whatever they look like") {
  on_each_database([](const TestDatabase& database) {
    auto connection = open(database);
    REQUIRE(migrate(*connection, "versions", first).ok());
    const std::vector<std::string> texts{"'; DROP TABLE things; --",
                                         "a\tb\\N\nc\r",
                                         "\\.",
                                         "\u043c\u0430\u0448\u0438\u043d\u0430",
                                         "",
                                         "NULL",
                                         "$1"};
    std::vector<Value> values;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      values.insert(values.end(), {Value(static_cast<std::int64_t>(i)), Value(texts[i])});
    }
    values.insert(values.end(), {Value(INT64_MAX), Value()});
    const auto expect_all = [&] {
      std::vector<std::string> expected = texts;
      expected.emplace_back("null");
      CHECK(words(*connection) == expected);
      REQUIRE(connection->execute("DELETE FROM things", {}).value() == 8);
    };
    REQUIRE(connection->load("things", "number, word", 2, values).ok());
    expect_all();
    const std::string insert = "INSERT INTO things (word, number) VALUES ($2, $1)";
    REQUIRE(connection->execute_each(insert, 2, values).ok());
    expect_all();
    for (std::size_t i = 0; i < values.size(); i += 2) {
      CHECK(connection->execute(insert, std::span(values).subspan(i, 2)).value() == 1);
    }
    expect_all();
  });
}

TEST_CASE("each row is told of which statement it is, of however many") {
  on_each_database([](const TestDatabase& database) {
    auto connection = open(database);
    std::vector<Value> values;
    for (std::int64_t i = 0; i < 1500; ++i) values.emplace_back(i);
    std::vector<std::int64_t> sums(values.size());
    const std::string statement = connection->backend() == Backend::sqlite
                                      ? "SELECT $1 + 1"
                                      : "SELECT CAST($1 AS BIGINT) + 1";
    REQUIRE(connection
                ->query_each(statement, 1, values,
                             [&](std::size_t nth, const Row& row) { sums[nth] = row.integer(0); })
                .ok());
    for (std::size_t i = 0; i < sums.size(); ++i) {
      REQUIRE(sums[i] == static_cast<std::int64_t>(i) + 1);
    }
  });
}

TEST_CASE("errors are told apart, and a connection lives on") {
  on_each_database([](const TestDatabase& database) {
    auto connection = open(database);
    REQUIRE(migrate(*connection, "versions", first).ok());
    const std::string insert = "INSERT INTO things (number, word) VALUES ($1, $2)";
    const std::array one{Value(1), Value(std::string_view("a"))};
    REQUIRE(connection->execute(insert, one).ok());
    const std::array other{Value(2), Value(std::string_view("a"))};
    const absl::Status twice = connection->execute(insert, other).status();
    CHECK(absl::IsAlreadyExists(twice));
    CHECK_THAT(constraint_of(twice), Catch::Contains("word"));
    const absl::Status twice_each = connection->execute_each(insert, 2, other);
    CHECK(absl::IsAlreadyExists(twice_each));
    CHECK(constraint_of(twice_each) == constraint_of(twice));
    CHECK(constraint_of(absl::OkStatus()).empty());
    CHECK(absl::IsInternal(connection->execute("SELEKT 1", {}).status()));
    CHECK(absl::IsInternal(connection->query("SELECT $1 + no", one, [](const Row&) {})));
    CHECK(words(*connection) == std::vector<std::string>{"a"});
    CHECK(connection->revive().ok());
  });
}

TEST_CASE("a url that cannot be read is not shown, as it may hold a password") {
  const auto connection = Connection::open("postgresql://user:secret@[x/x");
  CHECK(absl::IsUnavailable(connection.status()));
  CHECK_THAT(std::string(connection.status().message()),
             Catch::Contains("the url that was given") && !Catch::Contains("secret"));
}

TEST_CASE("a server that stays away is told of in as few words each time") {
  if (!is_wanted("postgresql")) return;
  auto connection = open(make_postgresql());
  PostgresqlServer::of_this_process().stop_immediately();
  for (int i = 0; i < 2; ++i) {  // at first there is still its farewell to be read
    CHECK(absl::IsUnavailable(connection->query("SELECT 1", {}, [](const Row&) {})));
  }
  const absl::Status first_time = connection->revive();
  CHECK(absl::IsUnavailable(first_time));
  CHECK(connection->revive() == first_time);
  PostgresqlServer::of_this_process().start();
  CHECK(connection->revive().ok());
  CHECK(connection->query("SELECT 1", {}, [](const Row&) {}).ok());
}

TEST_CASE("a connection that cannot send its statements is made anew, though libpq calls it well") {
  if (!is_wanted("postgresql")) return;
  auto connection = open(make_postgresql());
  const std::vector<Value> each(100, Value(1));
  const auto ask_each = [&] {
    return connection->query_each("SELECT $1::int", 1, each, [](std::size_t, const Row&) {});
  };
  REQUIRE(ask_each().ok());  // prepared, so that the next thing sent are statements
  PostgresqlServer::of_this_process().stop_immediately();
  CHECK(absl::IsUnavailable(ask_each()));
  PostgresqlServer::of_this_process().start();
  CHECK(connection->revive() == absl::OkStatus());
  CHECK(connection->query("SELECT 1", {}, [](const Row&) {}) == absl::OkStatus());
  CHECK(ask_each() == absl::OkStatus());
}

TEST_CASE("a transaction that is left is undone, one that is committed stays") {
  on_each_database([](const TestDatabase& database) {
    auto connection = open(database);
    REQUIRE(migrate(*connection, "versions", first).ok());
    auto other = open(database, {.read_only = true});
    for (const Begin begin : {Begin::write, Begin::isolated, Begin::lazy}) {
      {
        auto left = Transaction::begin(*connection, begin);
        REQUIRE(left.ok());
        REQUIRE(connection->execute("INSERT INTO things (number) VALUES (1)", {}).ok());
      }
      CHECK(words(*other).empty());
      auto kept = Transaction::begin(*connection, begin);
      REQUIRE(kept.ok());
      REQUIRE(connection->execute("INSERT INTO things (number) VALUES (1)", {}).ok());
      REQUIRE(kept->commit().ok());
      CHECK(words(*other).size() == 1);
      REQUIRE(connection->execute("DELETE FROM things", {}).ok());
    }
    CHECK_FALSE(other->execute("DELETE FROM things", {}).ok());  // it only reads
  });
}

TEST_CASE("tables grow step by step, and never shrink") {
  on_each_database([](const TestDatabase& database) {
    auto connection = open(database);
    REQUIRE(migrate(*connection, "versions", first).ok());
    REQUIRE(connection->execute("INSERT INTO things (number) VALUES (1)", {}).ok());
    REQUIRE(migrate(*connection, "versions", both) == absl::OkStatus());
    REQUIRE(migrate(*connection, "versions", both) ==
            absl::OkStatus());  // nothing is left to be done
    CHECK(connection->execute("UPDATE things SET more = 2", {}).value() == 1);
    const absl::Status later = migrate(*connection, "versions", first);
    CHECK(absl::IsFailedPrecondition(later));
    CHECK_THAT(std::string(later.message()),
               Catch::Contains("tables of version 2, expected at most version 1"));
  });
}

TEST_CASE("a step that fails is as if it had not begun") {
  on_each_database([](const TestDatabase& database) {
    auto connection = open(database);
    const std::array<Migration, 2> broken{
        first[0], "CREATE TABLE others (number {integer}) {end}; CREATE TABLE things (x TEXT)"};
    CHECK_FALSE(migrate(*connection, "versions", broken).ok());
    REQUIRE(migrate(*connection, "versions", both) == absl::OkStatus());
    CHECK_FALSE(connection->query("SELECT 1 FROM others", {}, [](const Row&) {}).ok());
  });
}

TEST_CASE("two programs may share a database: each counts its own steps") {
  on_each_database([](const TestDatabase& database) {
    auto connection = open(database);
    const std::array<Migration, 1> others{"CREATE TABLE others (number {integer}) {end}"};
    REQUIRE(migrate(*connection, "versions", both) == absl::OkStatus());
    REQUIRE(migrate(*connection, "other_versions", others) == absl::OkStatus());
    REQUIRE(migrate(*connection, "other_versions", others) == absl::OkStatus());
    REQUIRE(migrate(*connection, "versions", both) == absl::OkStatus());
    CHECK(connection->query("SELECT 1 FROM others", {}, [](const Row&) {}).ok());
  });
}

}  // namespace
}  // namespace vitals::sql
