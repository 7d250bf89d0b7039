#include "panels/requests/request_tree.h"

#include <QPainter>
#include <QTreeView>

#include "panels/kit/table.h"

namespace panels::requests {

using kit::Token;
using kit::Type;

QString method_words(const std::string& method) { return method == "GRPC" ? QStringLiteral("gRPC") : QString::fromStdString(method); }

void RequestTree::set_requests(const std::vector<workbench::traffic::SavedRequest>& requests, const std::set<std::string>& drafts, const QString& filter) {
  std::vector<Folder> folders;
  for (const auto& r : requests) {
    const auto holds = [&](const std::string& s) { return QString::fromStdString(s).contains(filter, Qt::CaseInsensitive); };
    if (!filter.isEmpty() && !holds(r.name) && !holds(r.url) && !holds(r.method) && !holds(r.folder)) continue;
    auto at = std::find_if(folders.begin(), folders.end(), [&](const Folder& f) { return f.name == r.folder; });
    if (at == folders.end()) at = folders.insert(folders.end(), Folder{r.folder, {}});
    at->items.push_back({r.id, r.name, r.method, drafts.count(r.id) > 0});
  }
  if (folders == folders_) return;
  beginResetModel();
  folders_ = std::move(folders);
  endResetModel();
}

// An item's internal id is its folder's index + 1; a folder's is 0.
QModelIndex RequestTree::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : 0);
}

QModelIndex RequestTree::parent(const QModelIndex& child) const {
  if (!child.isValid() || child.internalId() == 0) return {};
  return createIndex(static_cast<int>(child.internalId()) - 1, 0, static_cast<quintptr>(0));
}

int RequestTree::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid()) return static_cast<int>(folders_.size());
  return parent.internalId() == 0 && parent.column() == 0 ? static_cast<int>(folders_[static_cast<std::size_t>(parent.row())].items.size()) : 0;
}

QVariant RequestTree::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  if (index.internalId() == 0) {
    const Folder& folder = folders_[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) return folder.name.empty() ? tr("requests") : QString::fromStdString(folder.name);
    if (role == kCountRole) return static_cast<int>(folder.items.size());
    return {};
  }
  const Item& item = folders_[index.internalId() - 1].items[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole: return QString::fromStdString(item.name);
    case Qt::AccessibleTextRole: return QStringLiteral("%1 %2%3").arg(method_words(item.method), QString::fromStdString(item.name), item.draft ? tr(", not saved") : QString());
    case kIdRole: return QString::fromStdString(item.id);
    case kMethodRole: return method_words(item.method);
    case kDraftRole: return item.draft;
    default: return {};
  }
}

QModelIndex RequestTree::index_of(const std::string& id) const {
  for (std::size_t f = 0; f < folders_.size(); ++f)
    for (std::size_t i = 0; i < folders_[f].items.size(); ++i)
      if (folders_[f].items[i].id == id) return createIndex(static_cast<int>(i), 0, static_cast<quintptr>(f + 1));
  return {};
}

void RequestTreeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const bool folder = !index.parent().isValid(), selected = option.state & QStyle::State_Selected;
  const auto* tree = qobject_cast<const QTreeView*>(option.widget);
  const QRect row(4, option.rect.top(), tree ? tree->viewport()->width() - 8 : option.rect.width(), option.rect.height());
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(Qt::NoPen);
  if (selected || (option.state & QStyle::State_MouseOver)) {
    painter->setBrush(kit::theme().color(selected ? Token::Sel : Token::Bg2));
    painter->drawRoundedRect(row, 4, 4);
  }
  if (selected && tree && tree->hasFocus()) {
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(kit::theme().color(Token::Acc), 1));
    painter->drawRoundedRect(QRectF(row).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
  }
  const QString text = index.data(Qt::DisplayRole).toString();
  if (folder) {
    const bool open = tree && tree->isExpanded(index);
    painter->setPen(QPen(kit::theme().color(Token::Tx2), 1.4, Qt::SolidLine, Qt::RoundCap));
    painter->setBrush(Qt::NoBrush);
    const QPointF c(18, option.rect.center().y() + 0.5);
    painter->drawPolyline(open ? QPolygonF() << c + QPointF(-4, -2) << c + QPointF(0, 2) << c + QPointF(4, -2) : QPolygonF() << c + QPointF(-2, -4) << c + QPointF(2, 0) << c + QPointF(-2, 4));
    kit::paint_text(*painter, QRect(32, row.top(), row.width() - 60, row.height()), text, Type::Medium, kit::theme().color(Token::Tx));
    if (!open) kit::paint_text(*painter, row.adjusted(0, 0, -8, 0), QString::number(index.data(RequestTree::kCountRole).toInt()), Type::Dense, kit::theme().color(Token::Tx3), Qt::AlignRight);
  } else {
    kit::paint_text(*painter, QRect(24, row.top(), 42, row.height()), index.data(RequestTree::kMethodRole).toString(), Type::Axis, kit::theme().color(Token::Tx2));
    kit::paint_text(*painter, QRect(68, row.top(), row.right() - 68 - 18, row.height()), text, Type::Body, kit::theme().color(Token::Tx));
    if (index.data(RequestTree::kDraftRole).toBool()) {
      painter->setPen(Qt::NoPen);
      painter->setBrush(kit::theme().color(Token::Warn));
      painter->drawEllipse(QPointF(row.right() - 10, row.center().y() + 0.5), 3, 3);
    }
  }
  painter->restore();
}

}  // namespace panels::requests
