// The saved requests as a tree with a filter: folders, their requests, a dot on those with a draft. A folder opens when it is first
// seen and stays as the user left it. GUI thread.
#pragma once

#include <QWidget>
#include <set>
#include <string>
#include <vector>

#include "workbench/traffic/exchange.h"

class QLineEdit;
class QStackedWidget;
class QTreeView;

namespace panels::requests {

class RequestTree;

class RequestBrowser : public QWidget {
  Q_OBJECT
 public:
  explicit RequestBrowser(QWidget* parent = nullptr);
  void set_requests(const std::vector<workbench::traffic::SavedRequest>& requests, const std::set<std::string>& drafts);
  void set_current(const std::string& id);       // says nothing
  QTreeView* tree() const { return tree_; }
  QLineEdit* filter() const { return filter_; }

 Q_SIGNALS:
  void opened(const QString& id);

 private:
  void show_requests();
  RequestTree* model_;
  QTreeView* tree_;
  QLineEdit* filter_;
  QStackedWidget* pages_;
  std::vector<workbench::traffic::SavedRequest> requests_;
  std::set<std::string> drafts_;
  std::set<QString> seen_;                       // folders
  std::string current_;
  bool quiet_ = false;
};

}  // namespace panels::requests
