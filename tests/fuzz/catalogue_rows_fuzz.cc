// SPDX-License-Identifier: Apache-2.0
// Any bytes as the rows of a database: a catalogue that is read from them and can be expanded is
// one that files can say, and is the same when they are read. A row is the letter of its table and
// the values of its columns, as many as there are; US ends a value and RS a row, as ASCII has it.
#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <vector>

#include "audit/catalogue_tables.h"
#include "audit/schema.h"
#include "fuzz.h"
#include "sql/migrate.h"
#include "sql/sql.h"
#include "vitals/audit/catalogue_yaml.h"
#include "vitals/audit/expansion.h"

namespace {

using vitals::sql::Connection;
using vitals::sql::Transaction;
using vitals::sql::Value;

struct Table {
  char letter;
  std::string_view name;
  std::vector<std::string_view> columns;
  std::string_view numbers;  // a 1 for each column of numbers
};

const std::array<Table, 5> tables{{
    {'h', "hosts", {"name", "ip_address", "network_switch", "rack"}, "0000"},
    {'g', "host_groups", {"name", "repairs_at_once", "repairs_in_percent"}, "011"},
    {'m', "group_hosts", {"group_name", "host"}, "00"},
    {'n', "class_needs", {"owner", "class_name", "members"}, "000"},
    {'a',
     "audits",
     {"owner", "name", "run_every", "command", "timeout", "disabled", "disabled_reason",
      "repair_command", "repair_timeout", "repair_again_after", "repair_enabled"},
     "00101100111"},
}};

// The database of all inputs: what one of them writes is rolled back.
Connection& database() {
  static const std::unique_ptr<Connection> made = [] {
    auto opened = Connection::open("sqlite::memory:");
    promise(opened.ok(), "a database in memory can be opened");
    promise(
        vitals::sql::migrate(**opened, vitals::audit::schema_versions, vitals::audit::migrations)
            .ok(),
        "its tables can be made");
    return *std::move(opened);
  }();
  return *made;
}

std::string_view take(std::string_view& rest, char end) {
  const std::string_view taken = rest.substr(0, rest.find(end));
  rest.remove_prefix(std::min(taken.size() + 1, rest.size()));
  return taken;
}

// One null byte is null. What is no number is 0.
Value value_of(std::string_view text, bool is_number) {
  if (text == std::string_view("\0", 1)) return {};
  if (!is_number) return text;
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return Value(number);
}

// A row that the table does not take is left out.
void insert(std::string_view row) {
  if (row.empty()) return;
  const auto table = std::find_if(tables.begin(), tables.end(),
                                  [&](const Table& one) { return one.letter == row.front(); });
  if (table == tables.end()) return;
  row.remove_prefix(1);
  std::string columns;
  std::string places;
  std::vector<Value> values;
  while (!row.empty() && values.size() < table->columns.size()) {
    const std::size_t nth = values.size();
    values.push_back(value_of(take(row, '\x1f'), table->numbers[nth] == '1'));
    columns += (nth == 0 ? "" : ", ") + std::string(table->columns[nth]);
    places += (nth == 0 ? "$" : ", $") + std::to_string(nth + 1);
  }
  if (values.empty()) return;
  (void)database().execute(
      "INSERT INTO " + std::string(table->name) + " (" + columns + ") VALUES (" + places + ")",
      values);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vitals::audit;
  const auto transaction = Transaction::begin(database(), vitals::sql::Begin::write);
  promise(transaction.ok(), "what one input wrote is gone when the next comes");
  for (std::string_view rest = text_of(data, size); !rest.empty();) insert(take(rest, '\x1e'));
  const auto catalogue = load_catalogue(database(), "rows");
  const auto tasks =
      catalogue.ok() ? expand(*catalogue) : absl::StatusOr<std::vector<Task>>(catalogue.status());
  if (!tasks.ok()) {
    const std::string why(tasks.status().message());
    promise(!why.empty() && every_line_says_where(why, "rows"), "an error says where", why);
    return 0;
  }
  const auto again = parse_catalogue(to_yaml(*catalogue));
  promise(again.ok(), "what rows say can be said in files", std::string(again.status().message()));
  promise(*again == *catalogue, "files say the same as the rows");
  return 0;
}
