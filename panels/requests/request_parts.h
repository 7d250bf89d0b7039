// The parts of a request below its line: query parameters, headers, body, assertions, and the variables that fill it. What is typed
// is read back with fill(). GUI thread.
#pragma once

#include <QWidget>
#include <utility>
#include <vector>

#include "workbench/traffic/exchange.h"

class QLabel;
class QStackedWidget;

namespace panels::kit {
class CellRows;
class CodeEdit;
class TabStrip;
}  // namespace panels::kit

namespace panels::requests {

class RequestParts : public QWidget {
  Q_OBJECT
 public:
  enum Part { kParams, kHeaders, kBody, kAsserts, kVariables, kPartCount };
  explicit RequestParts(QWidget* parent = nullptr);
  void set_request(const workbench::traffic::SavedRequest& request);
  void set_query_of(const QString& url);
  QString query() const;                                       // "a=1&b=2"
  void fill(workbench::traffic::SavedRequest& request) const;  // headers, body, assertions
  void set_variables(const std::vector<std::pair<std::string, std::string>>& variables, const QString& environment);
  int part() const;
  void show_part(int part);
  kit::CodeEdit* body() const { return body_; }
  std::vector<kit::CodeEdit*> edits() const { return {params_, headers_, body_, asserts_}; }

 Q_SIGNALS:
  void edited();
  void query_edited();

 private:
  void show_counts();
  kit::TabStrip* tabs_;
  QLabel* syntax_;
  QStackedWidget* pages_;
  kit::CodeEdit *params_, *headers_, *body_, *asserts_;
  kit::CellRows* variable_rows_;
  std::vector<std::pair<std::string, std::string>> variables_;
  bool loading_ = false;
};

}  // namespace panels::requests
