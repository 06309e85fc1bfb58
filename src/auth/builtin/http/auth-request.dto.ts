import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  Equals,
  IsArray,
  IsDefined,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';

const LONGEST_NAME = 255;
const LONGEST_PASSWORD = 4096;
const LONGEST_TOKEN = 8192;

class DomainDto {
  @IsOptional() @IsString() @MaxLength(LONGEST_NAME) id?: string;
  @IsOptional() @IsString() @MaxLength(LONGEST_NAME) name?: string;
}

class ProjectDto extends DomainDto {
  @IsOptional() @IsObject() @ValidateNested() @Type(() => DomainDto) domain?: DomainDto;
}

class UserDto extends ProjectDto {
  @IsString() @MaxLength(LONGEST_PASSWORD) password!: string;
}

class PasswordDto {
  @IsDefined() @IsObject() @ValidateNested() @Type(() => UserDto) user!: UserDto;
}

class TokenDto {
  @IsString() @MaxLength(LONGEST_TOKEN) id!: string;
}

class IdentityDto {
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(1) @IsIn(['password', 'token'], { each: true }) methods!: (
    'password' | 'token'
  )[];
  @IsOptional() @IsObject() @ValidateNested() @Type(() => PasswordDto) password?: PasswordDto;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => TokenDto) token?: TokenDto;
}

class SystemDto {
  @Equals(true) all!: boolean;
}

class ScopeDto {
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ProjectDto) project?: ProjectDto;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => DomainDto) domain?: DomainDto;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => SystemDto) system?: SystemDto;
  @IsOptional() @IsObject() unscoped?: object;
}

class AuthDto {
  @IsDefined() @IsObject() @ValidateNested() @Type(() => IdentityDto) identity!: IdentityDto;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ScopeDto) scope?: ScopeDto;
}

/** Body of POST /identity/v3/auth/tokens, with `scope` as an object. */
export class AuthRequestDto {
  @IsDefined() @IsObject() @ValidateNested() @Type(() => AuthDto) auth!: AuthDto;
}
