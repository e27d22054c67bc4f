// SPDX-License-Identifier: Apache-2.0
// Verdict lines as a table for a person on a terminal.
#ifndef VITALS_TOOLS_TABLE_H
#define VITALS_TOOLS_TABLE_H

#include <string>
#include <string_view>

#include "cells.h"
#include "vitals/policy_yaml.h"
#include "vitals/verdict_line.h"

namespace vitals {

// Rows are printed as they come, so columns have a width of their own and grow with what they hold.
// Which names the column of checks will hold is known.
class Table {
 public:
  Table(bool of_hosts, const CheckSet& checks, bool colored);

  // Appends a row, and the heading before the first one; without the last line feed.
  void append(std::string& out, const VerdictLine& line);
  void append(std::string& out, const HostLine& line);

 private:
  void append_heading(std::string& out);
  // A cell of a column that grows.
  void append_name(std::string& out, std::string_view text, std::size_t& width) const;

  bool of_hosts_;
  Cells cells_;
  bool begun_ = false;
  std::size_t host_width_ = 12;
  std::size_t check_width_ = 12;
};

}  // namespace vitals

#endif  // VITALS_TOOLS_TABLE_H
