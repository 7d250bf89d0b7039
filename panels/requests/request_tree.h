// The tree of saved requests: folders with their requests, a dot on those with a draft. GUI thread.
#pragma once

#include <QAbstractItemModel>
#include <QStyledItemDelegate>
#include <set>
#include <string>
#include <vector>

#include "workbench/traffic/exchange.h"

namespace panels::requests {

class RequestTree : public QAbstractItemModel {
  Q_OBJECT
 public:
  static constexpr int kIdRole = Qt::UserRole + 1, kMethodRole = Qt::UserRole + 2, kDraftRole = Qt::UserRole + 3, kCountRole = Qt::UserRole + 4;
  explicit RequestTree(QObject* parent = nullptr) : QAbstractItemModel(parent) {}
  // Keeps to what contains `filter` (name, url or method). Resets only when something differs.
  void set_requests(const std::vector<workbench::traffic::SavedRequest>& requests, const std::set<std::string>& drafts, const QString& filter);
  QModelIndex index_of(const std::string& id) const;
  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& child) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex&  = {}) const override { return 1; }
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  struct Item {
    std::string id, name, method;
    bool draft = false;
    friend bool operator==(const Item&, const Item&) = default;
  };
  struct Folder {
    std::string name;
    std::vector<Item> items;
    friend bool operator==(const Folder&, const Folder&) = default;
  };
  std::vector<Folder> folders_;
};

class RequestTreeDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {120, 26}; }
};

// "gRPC" for GRPC, else the method.
QString method_words(const std::string& method);

}  // namespace panels::requests
