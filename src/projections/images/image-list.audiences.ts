import type { ImageVisibility } from '../../events/contracts/image-events.js';
import type { ImageListQuery, ImageMember } from './image-details.read-model.js';

/**
 * A part of all images that one range of an index holds. No two audiences of one list have an image in common.
 * `anybody`: all images of a visibility; `owner`: those of one project;
 * `member`: those that other projects share with this one, in one status of the membership.
 */
export type Audience = Readonly<
  | { kind: 'anybody'; visibility: ImageVisibility }
  | { kind: 'owner'; visibility: ImageVisibility; owner: string }
  | { kind: 'member'; visibility: 'shared'; projectId: string; status: ImageMember['status'] }
>;

type View = Pick<ImageListQuery, 'viewer' | 'visibility' | 'memberStatus'>;

const VISIBILITIES = ['public', 'community', 'shared', 'private'] as const satisfies readonly ImageVisibility[];
const MEMBER_STATUSES = ['accepted', 'pending', 'rejected'] as const satisfies readonly ImageMember['status'][];

/** What a viewer gets to see. */
export const audiencesOf = (view: View): readonly Audience[] =>
  VISIBILITIES.filter((it) => isWanted(view, it)).flatMap((it) => audiencesWith(view, it));

const isWanted = ({ visibility }: View, candidate: ImageVisibility): boolean =>
  visibility === 'default' || visibility === 'all' || visibility === candidate;

const audiencesWith = (view: View, visibility: ImageVisibility): readonly Audience[] => {
  if (isOpenTo(view, visibility)) return [{ kind: 'anybody', visibility }];
  const { projectId, isAdmin } = view.viewer;
  if (projectId === null) return [];
  const own: Audience = { kind: 'owner', visibility, owner: projectId };
  if (isAdmin || visibility !== 'shared') return [own];
  const statuses = view.memberStatus === 'all' ? MEMBER_STATUSES : [view.memberStatus];
  return [own, ...statuses.map((status): Audience => ({ kind: 'member', visibility, projectId, status }))];
};

/** Foreign community images are for everybody, but only when asked for. */
const isOpenTo = ({ viewer, visibility: asked }: View, visibility: ImageVisibility): boolean =>
  visibility === 'community' ? asked !== 'default' : visibility === 'public' || viewer.isAdmin;
