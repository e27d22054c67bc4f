// SPDX-License-Identifier: Apache-2.0
// The table of `vitals audit status`, of records that tests have made.
#include "../../tools/audit/system_clock.h"
#include "backends.h"
#include "program.h"
#include "vitals/audit/timetable.h"
#include "vitals/text_time.h"

namespace vitals::audit {
namespace {

// A catalogue in a directory of its own, and the moment at which the test began.
struct Place {
  explicit Place(const std::string& text) {
    folder.write("a.yaml", text);
    backend = open_backend("dir:" + folder.path(""));
    const auto catalogue = good(backend->catalogue());
    good(backend->sync(*catalogue, good(expand(*catalogue)), now));
  }

  [[nodiscard]] Timestamp before(std::int64_t seconds) const {
    return subtract(now, Seconds{seconds});
  }

  void finish(std::size_t nth, const Result& result, Timestamp next_run) {
    const std::int64_t id = records_of(*backend).at(nth).id;
    const std::vector<ClaimRequest> requests{{id, add(now, Seconds{60})}};
    const ClaimAnswer answer = good(backend->claim("e-1", requests, now)).at(0);
    REQUIRE(answer.granted());
    const std::vector<Finished> finished{{{id, answer.claim}, result, next_run}};
    REQUIRE(good(backend->finish("e-1", finished, now)).at(0));
  }

  [[nodiscard]] std::string status(const std::string& options = "") const {
    const Ran ran =
        run_shell("$VITALS audit status " + options + " dir:" + shell_quoted(folder.path("")));
    INFO(ran.err);
    CHECK(ran.exit_code == 0);
    CHECK(ran.err.empty());
    return ran.out;
  }

  TemporaryFolder folder;
  std::unique_ptr<Backend> backend;
  Timestamp now = SystemClock().now();
};

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  CHECK(text.find(part) != std::string::npos);
  return text.find(part) != std::string::npos;
}

const char* const two_audits =
    "hosts: {h1: {}}\n"
    "h1: {audits: {a: {run_every: 1d, command: [x]}, b: {run_every: 1d, command: [x]}}}\n";

}  // namespace

TEST_CASE("A table says whether anything is run at all") {
  Place place(two_audits);
  CHECK(has(place.status(), "nothing is run: no engine was ever seen\n\nHOST"));
  // By half a minute more than what is shown, so that a slow test sees the same.
  good(place.backend->tell_alive("old-1", place.before(3 * 3600 + 2 * 60 + 30)));
  good(place.backend->tell_alive("older-1", place.before(9 * 86'400)));
  CHECK(
      has(place.status(),
          "nothing is run: no engine was seen in the last 3m; the last one, old-1, 3h2m ago\n\n"));
  good(place.backend->tell_alive("e\n1", add(place.now, Seconds{600})));
  CHECK(has(place.status(), "engines seen in the last 3m: e\\n1 (0s ago)\n\nHOST"));
  for (int i = 0; i < 6; ++i) {
    good(place.backend->tell_alive("e-" + std::to_string(i), add(place.now, Seconds{600})));
  }
  CHECK(has(place.status(),
            " e-5 (0s ago), e-4 (0s ago), e-3 (0s ago), e-2 (0s ago), "
            "e-1 (0s ago), and 2 more\n"));
}

TEST_CASE("A table says how old a result is, and what is overdue by how long") {
  Place place(two_audits);
  const Timestamp started = place.before(5400 + 30);
  place.finish(0, {.output = "one", .started_at = started, .finished_at = place.before(5)},
               place.before(2 * 86'400 + 3600 + 30));
  place.finish(1, {.started_at = place.before(9 * 86'400 + 30), .finished_at = place.now},
               latest_accepted);
  const std::string said = place.status();
  CHECK(has(said, "NODATA  1h30m  "));
  CHECK(has(said, ", overdue by 2d1h  one\n"));
  CHECK(has(said, "NODATA  9d     "));
  CHECK(said.find("2106") == std::string::npos);  // engines take the grid instead
  CHECK(has(said, format_timestamp(next_on_grid(place.now, Seconds{86'400}, stable_hash("h1", "b")))
                      .substr(0, 16)));
  // What is paused is not overdue.
  good(place.backend->set_disabled({"h1", "a"}, true, "", place.now));
  CHECK(place.status().find("overdue") == std::string::npos);
}

TEST_CASE("A result that lies ahead of the clock is told as what it is") {
  Place place(two_audits);
  const Timestamp ahead = add(place.now, Seconds{86'400});
  place.finish(0, {.started_at = ahead, .finished_at = ahead}, add(ahead, Seconds{60}));
  CHECK(has(place.status(), "lies ahead of the clock"));
}

TEST_CASE("What is being run is not overdue until its engine is taken for dead") {
  for (const bool dead : {false, true}) {
    Place place(two_audits);
    good(place.backend->run_now({"h1", "a"}, place.before(7300)));
    const std::vector<ClaimRequest> requests{
        {records_of(*place.backend).at(0).id, add(place.now, Seconds{dead ? -1 : 600})}};
    REQUIRE(good(place.backend->claim("e", requests, place.before(100))).at(0).granted());
    const std::string said = place.status();
    CHECK(has(said, "processing"));
    CHECK((said.find("overdue by 2h1m") != std::string::npos) == dead);
  }
}

TEST_CASE("Classes that are needed and that the policy does not declare are named") {
  const Place place(
      "hosts: {h1: {groups: [g]}, h2: {groups: [g]}, h3: {needs: {dns: null}}}\n"
      "groups: {g: {needs: {storage: [h3], cache: [h3]}}}\n"
      "g: {audits: {a: {run_every: 1d, command: [x]}}}\n");
  const std::string of_default =
      "not judged: what hosts need of cache (2 hosts), storage (2 hosts), which the default policy "
      "does not declare; --policy FILE is missing\n";
  CHECK(has(place.status(), "\n" + of_default + "\nHOST"));
  const std::string file = place.folder.write(
      "policy", "infrastructure: {classes: {cache: {checks: [a]}}}\nchecks: {a: {kind: active}}\n");
  CHECK(has(place.status("--policy " + file),
            "not judged: what hosts need of storage (2 hosts), "
            "which " +
                file + " does not declare\n\nHOST"));
  const Ran policy = run_shell("$VITALS audit policy dir:" + shell_quoted(place.folder.path("")));
  CHECK(policy.exit_code == 0);
  CHECK(policy.err == "vitals: " + of_default);
}

TEST_CASE("Wide characters and long names leave the columns of a table where they are") {
  const Place place("hosts: {" + std::string(255, 'h') + ": {}, \u4e2d\u6587: {}}\n" +
                    std::string(255, 'h') + ": {audits: {a: {run_every: 1d, command: [x]}}}\n" +
                    "\u4e2d\u6587: {audits: {\u4e2d: {run_every: 1d, command: [x]}}}\n");
  const std::string said = place.status();
  const std::string table = said.substr(said.find("HOST"));
  CHECK(has(table, "HOST" + std::string(251 + 2, ' ') + "STATE        AUDIT  RECORD"));
  CHECK(has(table, std::string(255, 'h') + "  unmonitored  a      new"));
  CHECK(has(table, "\u4e2d\u6587" + std::string(251 + 2, ' ') + "unmonitored  \u4e2d     new"));
}

}  // namespace vitals::audit
