import { IsIn, IsNotEmpty, IsString, MaxLength } from 'class-validator';
import type { MemberStatus } from '../domain/image.commands.js';

/** Body of `POST /v2/images/{id}/members`. */
export class AddMemberDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  readonly member!: string;
}

/** Body of `PUT /v2/images/{id}/members/{member}`. */
export class SetMemberStatusDto {
  @IsIn(['pending', 'accepted', 'rejected'] satisfies MemberStatus[])
  readonly status!: MemberStatus;
}
