// A picture of a found run, drawn by `plot`.
#pragma once

#include <string>
#include <vector>

namespace hearsay::hunt {

// Of BASE.yaml, as BASE.png. Nothing is drawn, and a line in BASE.txt says so, where `plot` cannot.
void draw_space_time(const std::string& base);

// Runs this program with the words, its output thrown away, and waits for it. Its exit status.
int call_own_program(const std::vector<std::string>& words);

}  // namespace hearsay::hunt
